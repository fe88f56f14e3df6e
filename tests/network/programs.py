# SPDX-License-Identifier: BSD-3-Clause
"""Lockstep's programs as tests start them, and what is asked of them."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import namespaces

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Build:
    """Where the programs are: the folder that CMake built into."""

    folder = pathlib.Path(os.environ.get("LOCKSTEP_BUILD", ROOT / "build" / "release")).resolve()

    @classmethod
    def program(cls, name):
        return cls.folder / name


def environment(home):
    """Nothing of the user's own; models of the tests are found as a user's are."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("LOCKSTEP_", "XDG_"))}
    return kept | {"HOME": str(home), "LOCKSTEP_PATH": str(Build.folder / "test_libraries")}


class Program:
    """A program that runs on a host. Its output goes to a file; it is killed when the test ends."""

    def __init__(self, host, words, home, log, **variables):
        self.log = pathlib.Path(log)
        self.words = [str(word) for word in words]
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                host.words_for(words), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=environment(home) | variables, preexec_fn=namespaces.end_with_parent)
        self.pid = self.process.pid

    def is_alive(self):
        return self.process.poll() is None

    def wait(self, limit_s=20):
        """Its exit code; an AssertionError after the limit."""
        try:
            return self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self} still runs after {limit_s} s\n{self.tail()}") from None

    def end(self, number=signal.SIGTERM, limit_s=10):
        if self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
                self.process.send_signal(signal.SIGCONT)
        return self.wait(limit_s)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def tail(self, bytes_max=3000):
        return self.log.read_bytes()[-bytes_max:].decode(errors="replace")

    def __str__(self):
        return f"{pathlib.Path(self.words[0]).name} (process {self.pid})"


def finish(host, words, home, limit_s=60):
    """Runs a program to its end: (exit code, output)."""
    ended = subprocess.run(host.words_for(words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, timeout=limit_s,
                           env=environment(home), preexec_fn=namespaces.end_with_parent)
    return ended.returncode, ended.stdout


class CallFailed(RuntimeError):
    def __init__(self, error):
        super().__init__(error)
        self.code = error["code"]


class Client:
    """JSON-RPC over TCP from a host, one call at a time."""

    def __init__(self, host, where, limit_s=60):
        address, port = where.rsplit(":", 1)
        self.socket = host.connect(address.strip("[]"), int(port), limit_s)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rwb")
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def call(self, method, **params):
        self.number += 1
        request = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}
        self.file.write(json.dumps(request).encode() + b"\n")
        self.file.flush()
        line = self.file.readline()
        if not line:
            raise ConnectionError("the head closed the connection")
        answer = json.loads(line)
        if "error" in answer:
            raise CallFailed(answer["error"])
        return answer["result"]

    def start(self, model, parameters=None, **params):
        return self.call("runs.start", model=model, parameters=parameters or {}, **params)["run"]

    def result(self, run, limit_s=60):
        """How it ended. Fails with a TimeoutError or CallFailed if it did not by then."""
        self.socket.settimeout(limit_s + 10)
        return self.call("runs.result", run=run, wait_ms=int(limit_s * 1e3))

    def run(self, model, parameters=None, limit_s=60, **params):
        return self.result(self.start(model, parameters, **params), limit_s)


def eventually(condition, what, limit_s=20):
    """Waits until the condition gives something true, and gives it back."""
    until = time.monotonic() + limit_s
    while not (found := condition()):
        if time.monotonic() > until:
            raise AssertionError(f"not within {limit_s} s: {what}")
        time.sleep(0.02)
    return found


def status_kib(pid, name):
    """A line of /proc/PID/status in KiB: VmHWM, VmRSS."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise ProcessLookupError(pid)


def cpu_seconds(pid):
    """User and system time of one process."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
