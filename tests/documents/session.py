# SPDX-License-Identifier: BSD-3-Clause
"""A shell that a page's blocks are pasted into."""

import os
import queue
import subprocess
import threading
import time
from pathlib import Path


class Session:
    """Not for several threads. Everything that the shell starts ends with it: it has its own process and
    network namespaces, where addresses of the documentation are this machine's."""

    HOST = "ann"
    ADDRESSES = {"10.0.0.1": "", "192.0.2.1": "head head.example"}

    def __init__(self, folder, environment):
        addresses = "".join(f"ip address add {address}/32 dev lo; " for address in self.ADDRESSES)
        hosts = Path(environment["HOME"]) / "hosts"
        names = "".join(f"{address} {names}\n" for address, names in self.ADDRESSES.items() if names)
        hosts.write_text(Path("/etc/hosts").read_text() + names)
        enter = (f"hostname {self.HOST}; ip link set lo up; {addresses} mount --bind '{hosts}' /etc/hosts; "
                 "exec bash --norc --noprofile")
        unshare = ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
        if os.geteuid() != 0:
            unshare.insert(1, "--map-root-user")
        self.shell = subprocess.Popen(unshare + ["bash", "-c", enter], cwd=folder, env=environment,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.printed = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.count = 0
        self.text = ""

    def read(self):
        while piece := os.read(self.shell.stdout.fileno(), 65536):
            self.printed.put(piece.decode(errors="replace"))
        self.printed.put(None)

    def take_until(self, holds, deadline):
        """Reads until `holds(text)`; False when the time is over or the shell has ended."""
        while not holds(self.text):
            try:
                piece = self.printed.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return False
            if piece is None:
                return False
            self.text += piece
        return True

    def paste(self, commands, seconds):
        """Pastes commands as one block; what each printed until it was over. Ends with None where one took
        longer than that."""
        marks = [f"--- {self.count + number} is over ---" for number in range(1, len(commands) + 1)]
        self.count += len(commands)
        block = "".join(f"{command}\nprintf '%s\\n' '{mark}'\n" for command, mark in zip(commands, marks))
        try:
            self.shell.stdin.write(block.encode())
            self.shell.stdin.flush()
        except BrokenPipeError:
            pass  # the shell has ended; what it said of that is read below
        pieces = []
        for mark in marks:
            if not self.take_until(lambda text, mark=mark: mark in text, time.monotonic() + seconds):
                return pieces + [None]
            printed, _, self.text = self.text.partition(mark)
            self.text = self.text.removeprefix("\n")
            pieces.append(printed)
        return pieces

    def run(self, command, seconds):
        """Runs a command; why it failed, or None."""
        printed = self.paste([f"{{ {command}\n}} || echo \"it failed with exit code $?\""], seconds)[0]
        if printed is None:
            return f"{command}: not over after {seconds} s; printed so far:\n{self.text}"
        return f"{command}: {printed}" if "it failed with exit code" in printed else None

    def wait_for(self, holds, seconds):
        """Waits until what is printed from now on holds; takes it."""
        self.take_until(holds, time.monotonic() + seconds)
        printed, self.text = self.text, ""
        return printed

    def close(self):
        self.shell.kill()
        self.shell.wait()
