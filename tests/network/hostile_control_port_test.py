# SPDX-License-Identifier: BSD-3-Clause
"""The control port, which every local user can reach, while runs go on."""

import contextlib
import json
import time
import unittest

import hostile_peers
import suite
from cluster import Cluster
from guarded import GuardedHead
from hosts import Here
from programs import status_kib
from siege import GROWTH_MIB_MAX, Siege

LINE_BYTES_MAX = 4 << 20
WAITING_MIB_MAX = 64  # of one slow reader, see docs/json-api.md
SLOW_CLIENTS = 100
SLOW_SECONDS = 8


class HostileControlPort(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Here()
        cls.cluster = cls.enterClassContext(Cluster(cls.here, silence_limit_s=10))
        cls.cluster.add_node("alpha", cls.here)
        cls.cluster.issue("friend")
        address, port = cls.cluster.where.rsplit(":", 1)
        cls.where = (address, int(port))

    def siege(self, **limits):
        return Siege(self, self.cluster, self.here, **limits)

    def say(self, text):
        return hostile_peers.say(self.here, self.where, text, is_all=True)

    def longest_answer_s(self, seconds):
        """Others ask meanwhile."""
        longest, until = 0.0, time.monotonic() + seconds
        with self.cluster.connect() as client:
            while time.monotonic() < until:
                begun = time.monotonic()
                client.call("solvers.status")
                longest = max(longest, time.monotonic() - begun)
                time.sleep(0.05)
        print(f"the longest answer to others took {1e3 * longest:.0f} ms", end="; ")
        return longest

    def test_random_bytes_get_an_error_or_nothing(self):
        with self.siege() as siege:
            for seed in range(100):
                with hostile_peers.connect(self.here, self.where) as to:
                    to.sendall(hostile_peers.random_bytes(1 + 97 * seed, seed) + b"\n")
            siege.friend_joins()

    def test_a_line_without_an_end_is_cut_at_the_limit(self):
        with self.siege() as siege:
            for _ in range(5):
                said = self.say(b'{"x":"' + b"y" * (4 * LINE_BYTES_MAX))
                self.assertTrue(said == b"" or json.loads(said)["error"]["code"] == -32600, said)
            siege.friend_joins()

    def test_deep_nesting_and_large_batches_are_refused(self):
        with self.siege() as siege, self.cluster.connect() as client:
            for text in (b"[" * 1_000_000, b"[" + b"{}," * 100_000 + b"{}]",
                         b'{"a":' * 100_000 + b"1" + b"}" * 100_000):
                client.file.write(text + b"\n")
                client.file.flush()
                self.assertIn("error", json.loads(client.file.readline()))
            siege.friend_joins()

    def test_tls_and_http_are_hung_up_on(self):
        with self.siege() as siege:
            self.assertNotIn(b'"result"', self.say(hostile_peers.client_hello() + b"\n"))
            self.assertNotIn(b'"result"', self.say(
                b'POST / HTTP/1.1\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"system.terminate"}\n'))
            siege.friend_joins()

    def test_a_thousand_silent_connections_keep_nobody_out(self):
        with self.siege() as siege, contextlib.ExitStack() as held:
            for to in hostile_peers.silence(self.here, self.where, 1000):
                held.enter_context(to)
            self.assertLess(self.longest_answer_s(1), 2)
            siege.friend_joins()

    def test_lines_that_come_a_byte_a_second_hold_nobody_up(self):
        line = b'{"jsonrpc":"2.0","id":1,"method":"nodes.list"}\n'
        with self.siege() as siege, contextlib.ExitStack() as held:
            slow = [held.enter_context(hostile_peers.connect(self.here, self.where))
                    for _ in range(SLOW_CLIENTS)]
            for second in range(SLOW_SECONDS):
                for to in slow:
                    to.sendall(line[second:second + 1])
                self.assertLess(self.longest_answer_s(1), 2)
            for to in slow:  # slow is not wrong
                to.sendall(line[SLOW_SECONDS:])
                self.assertIn("result", json.loads(to.makefile().readline()))
            siege.friend_joins()

    def test_connections_that_open_and_close_at_once_are_forgotten(self):
        with self.siege() as siege:
            for _ in range(3000):
                hostile_peers.connect(self.here, self.where).close()
            siege.friend_joins()

    def test_a_client_that_never_reads_is_dropped(self):
        requests = 20_000
        with self.cluster.connect() as client:
            answer_bytes = len(json.dumps(client.call("rpc.discover")))
        with self.siege(growth_mib_max=2 * WAITING_MIB_MAX) as siege, \
                hostile_peers.connect(self.here, self.where, limit_s=20) as to:
            with contextlib.suppress(OSError):  # the head may hang up before all is said
                to.sendall(requests * b'{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}\n')
            siege.friend_joins()
            got = len(hostile_peers.listen(to, bytes_max=requests * answer_bytes))
            self.assertLess(got, requests * answer_bytes / 2)


class HostileGuardedControlPort(unittest.TestCase):
    """The same port with TLS: nobody is known before the token, and what is silent stays unauthenticated."""

    @classmethod
    def setUpClass(cls):
        cls.here = Here()
        cls.head = cls.enterClassContext(GuardedHead(cls.here))

    def friend_is_answered(self):
        begun = time.monotonic()
        self.head.control("list", "--ca", self.head.ca, "--token-file", self.head.token_file)
        seconds = time.monotonic() - begun
        print(f"a friend is answered in {seconds:.2f} s", end="; ", flush=True)
        self.assertLess(seconds, 2)

    def test_a_thousand_silent_connections_keep_nobody_out(self):
        before_kib = status_kib(self.head.head.pid, "VmHWM")
        with contextlib.ExitStack() as held:
            for to in hostile_peers.silence(self.here, self.head.address, 1000):
                held.enter_context(to)
            self.friend_is_answered()
        self.assertLess(status_kib(self.head.head.pid, "VmHWM") - before_kib, GROWTH_MIB_MAX << 10)

    def test_a_thousand_that_shake_hands_and_fall_silent_keep_nobody_out(self):
        before_kib = status_kib(self.head.head.pid, "VmHWM")
        with contextlib.ExitStack() as held:
            for _ in range(1000):
                held.enter_context(hostile_peers.tls(self.here, self.head.address))
            self.friend_is_answered()
        self.assertLess(status_kib(self.head.head.pid, "VmHWM") - before_kib, GROWTH_MIB_MAX << 10)


if __name__ == "__main__":
    suite.main(needs_namespaces=False)
