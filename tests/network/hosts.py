# SPDX-License-Identifier: BSD-3-Clause
"""Several hosts on one machine: each a network namespace with one interface at a switch.

                 switch (a namespace with a bridge)
        port 1 ──┴── port 2 ──┴── port 3 …
          │            │            │
        eth0         eth0         eth0
       10.77.0.1    10.77.0.2    10.77.0.3       fd77::1 …

Nothing of the machine's own network is touched. All of it, processes included, goes away with the
network, or, if the test is killed, when the next test begins.
"""

import contextlib
import itertools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys

import namespaces
import scratch
from namespaces import ip

_numbers = itertools.count()


class Network:
    def __init__(self):
        namespaces.remove_stale()
        self._name = f"{namespaces.PREFIX}{os.getpid()}-{next(_numbers)}"
        self.hosts = []
        self._folder = scratch.folder()
        self.names_file = self._folder / "hosts"
        self.names_file.write_text("127.0.0.1 localhost\n")
        self.switch = f"{self._name}-switch"
        namespaces.add(self.switch)
        ip("-n", self.switch, "link", "add", "bridge", "type", "bridge", "mcast_snooping", 0)
        ip("-n", self.switch, "link", "set", "bridge", "up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for host in self.hosts:
            host.remove()
        namespaces.remove(self.switch)
        shutil.rmtree(self._folder, ignore_errors=True)

    def host(self, name, wire=None):
        """A new host; `wire` is a BadWire between it and the switch, by default there is a good one."""
        host = Host(self, f"{self._name}-{name}", len(self.hosts) + 1, wire)
        self.hosts.append(host)
        with self.names_file.open("a") as names:
            names.write(f"{host.address} {name}\n{host.address6} {name}\n")
        return host

    @property
    def next_address(self):
        """What the next host will have."""
        return f"10.77.0.{len(self.hosts) + 1}"


class Host:
    """One machine. Start programs in the main thread only: they end when the thread that started them
    does."""

    loopback = "127.0.0.1"

    def __init__(self, network, namespace, number, wire):
        self.network, self.namespace, self.number = network, namespace, number
        self.port = f"port{number}"
        self._wire = None
        namespaces.add(namespace)
        if wire:
            self._wire = wire.lay(namespace, "eth0", network.switch, self.port)
        else:
            ip("-n", namespace, "link", "add", "eth0", "type", "veth", "peer", "name", self.port,
               "netns", network.switch)
        ip("-n", network.switch, "link", "set", self.port, "master", "bridge", "up")
        ip("-n", namespace, "link", "set", "eth0", "up")
        self.move_to(number)

    def move_to(self, number):
        """Gives it other addresses; connections over the old ones hear nothing any more."""
        ip("-n", self.namespace, "addr", "flush", "dev", "eth0")
        self.address, self.address6 = f"10.77.0.{number}", f"fd77::{number}"
        ip("-n", self.namespace, "addr", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self.namespace, "addr", "add", f"{self.address6}/64", "dev", "eth0", "nodad")

    # Programs and sockets of this host.

    def words_for(self, words):
        """The same program, started in this host, where the hosts' names are known."""
        return ["ip", "netns", "exec", self.namespace, "sh", "-c",
                'mount --bind "$0" /etc/hosts && exec "$@"', self.network.names_file,
                *map(str, words)]

    def connect(self, host, port, limit_s=10, source=None):
        with namespaces.inside(self.namespace):
            return socket.create_connection((host, port), limit_s, source)

    def processes(self):
        return namespaces.processes_in(self.namespace)

    def signal_all(self, number):
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def listening(self):
        """(address, port) of each listening TCP socket of this host, as `ss` writes them."""
        lines = ip("netns", "exec", self.namespace, "ss", "-Hltn").splitlines()
        return [tuple(line.split()[3].rsplit(":", 1)) for line in lines]

    # Trouble.

    def cut(self):
        """The switch throws away all that this host sends and gets; nobody is told."""
        ip("-n", self.network.switch, "link", "set", self.port, "nomaster")

    def heal(self):
        ip("-n", self.network.switch, "link", "set", self.port, "master", "bridge")

    def pull_cable(self):
        """Like cut(), but both ends see that the cable is out."""
        ip("-n", self.network.switch, "link", "set", self.port, "down")

    def plug_cable(self):
        ip("-n", self.network.switch, "link", "set", self.port, "up")

    def freeze(self):
        self.signal_all(signal.SIGSTOP)

    def thaw(self):
        self.signal_all(signal.SIGCONT)

    def vanish(self):
        """The power goes: no process says goodbye, and the kernel cannot do it for them."""
        self.remove_link()
        self.remove()

    def remove_link(self):
        with contextlib.suppress(RuntimeError):
            ip("-n", self.network.switch, "link", "del", self.port)

    def remove(self):
        namespaces.remove(self.namespace)
        if self._wire:
            self._wire.kill()
            self._wire.wait()


class Here:
    """This machine itself, where tests need no network but loopback."""

    address = loopback = "127.0.0.1"

    def words_for(self, words):
        return [str(word) for word in words]

    def connect(self, host, port, limit_s=10, source=None):
        return socket.create_connection((host, port), limit_s, source)


class BadWire:
    """What is between a host and the switch: each frame, in both directions, is late and may be lost.

    A program of ours carries the frames (bad_wire.py), since not every kernel has `tc netem`.
    """

    def __init__(self, delay_ms=0, loss=0.0, mbit_per_s=1000, seed=1):
        self.words = [delay_ms, loss, mbit_per_s, seed]

    def lay(self, *ends):
        program = pathlib.Path(__file__).with_name("bad_wire.py")
        carrier = subprocess.Popen([sys.executable, program, *map(str, (*ends, *self.words))],
                                   stdout=subprocess.PIPE, preexec_fn=namespaces.end_with_parent)
        if carrier.stdout.readline() != b"ready\n":
            raise RuntimeError("the bad wire did not come up")
        return carrier
