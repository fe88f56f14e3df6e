# SPDX-License-Identifier: BSD-3-Clause
"""The hosts themselves: what they are for is tried with plain sockets, and that they go away."""

import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest

import namespaces
import suite
from hosts import BadWire, Network

OTHER_TEST = """
import sys, time
sys.path.insert(0, sys.argv[1])
import suite, unittest
from hosts import Network

class Other(unittest.TestCase):
    def test_it(self):
        network = Network()
        network.host("a")
        print("made", flush=True)
        time.sleep(60)

sys.argv = sys.argv[:1]
suite.main()
"""


def connection(source, target, address, port=5000):
    """Two ends of a connection from one host to another."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with namespaces.inside(target.namespace), \
            socket.create_server((address, port), family=family) as listening:
        near = source.connect(address, port)
        far = listening.accept()[0]
    near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return near, far


class Hosts(unittest.TestCase):
    def test_what_is_sent_into_a_cut_arrives_after_it_heals(self):
        with Network() as network:
            a, b = network.host("a"), network.host("b")
            for cut, heal in ((b.cut, b.heal), (b.pull_cable, b.plug_cable)):
                near, far = connection(a, b, b.address)
                with near, far:
                    cut()
                    near.send(b"x")
                    far.settimeout(0.3)
                    self.assertRaises(TimeoutError, far.recv, 1)
                    heal()
                    far.settimeout(10)
                    self.assertEqual(far.recv(1), b"x")

    def test_a_bad_wire_is_late_and_slow_and_loses_nothing_that_tcp_cares_for(self):
        with Network() as network:
            a, b = network.host("a"), network.host("b", BadWire(50, 0.01, 10))
            for address in (b.address, b.address6):
                near, far = connection(a, b, address)
                with near, far:
                    begun = time.monotonic()
                    near.send(b"x")
                    far.send(far.recv(1))
                    self.assertEqual(near.recv(1), b"x")
                    self.assertGreater(time.monotonic() - begun, 0.1)
                    begun, sent, got = time.monotonic(), b"y" * 200_000, 0
                    near.sendall(sent)
                    while got < len(sent):
                        got += len(far.recv(65536))
                    self.assertGreater(time.monotonic() - begun, 8 * len(sent) / 10e6)

    def test_nothing_is_left_of_a_network(self):
        with Network() as network:
            host = network.host("a", BadWire())
            child = subprocess.Popen(host.words_for(["sleep", "60"]))
            while not host.processes():
                time.sleep(0.01)
        self.assertEqual(child.wait(5), -signal.SIGKILL)
        self.assertEqual([name for name, owner in namespaces.owned_names()
                          if name.startswith(network.switch.removesuffix("switch"))], [])

    def test_nothing_is_left_of_a_test_that_was_ended_or_killed(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            other = subprocess.Popen(
                [sys.executable, "-c", OTHER_TEST, pathlib.Path(__file__).parent],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                preexec_fn=namespaces.end_with_parent)
            with other.stdout:
                self.assertEqual(other.stdout.readline(), b"made\n")
            self.assertIn(other.pid, [owner for _, owner in namespaces.owned_names()])
            other.send_signal(number)
            other.wait(20)
            if number == signal.SIGKILL:
                namespaces.remove_stale()
            self.assertNotIn(other.pid, [owner for _, owner in namespaces.owned_names()])


if __name__ == "__main__":
    suite.main()
