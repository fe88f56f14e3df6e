# SPDX-License-Identifier: BSD-3-Clause
"""The cluster port, which strangers can reach, while runs go on."""

import contextlib
import ssl
import time
import unittest

import certificates
import hostile_peers
import suite
from cluster import Cluster
from hosts import Here
from programs import eventually
from siege import Siege


class HostileClusterPort(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Here()
        cls.cluster = cls.enterClassContext(Cluster(cls.here, silence_limit_s=10))
        for name in ("alpha", "beta"):
            cls.cluster.add_node(name, cls.here)
        for name in ("friend", "mallory", "former"):
            cls.cluster.issue(name)
        address, port = cls.cluster.listen.rsplit(":", 1)
        cls.where = (address, int(port))
        node = cls.cluster.describe("alpha")
        cls.abi, cls.caf = node["abi"], node["caf"]

    def siege(self):
        return Siege(self, self.cluster, self.here)

    def say(self, text):
        return hostile_peers.say(self.here, self.where, text)

    def shake_hands(self, certificate, role="node", name="mallory", **other):
        said = hostile_peers.hello(role, name, self.abi, self.caf) | other
        return hostile_peers.shake_hands(self.here, self.where, certificate, said)

    def expect_refused(self, certificate, word, **said):
        answered, link = self.shake_hands(certificate, **said)
        if link:
            link.close()
        self.assertRegex(answered.lower(), word)
        self.assertNotIn('"accepted":true', answered)

    def of_member(self, name):
        return certificates.member_files(self.cluster.identity_of(name), name)

    def own_folder(self):
        return self.cluster.folder / self.id().rsplit(".", 1)[1]

    # Bytes.

    def test_random_bytes_are_hung_up_on(self):
        with self.siege() as siege:
            for seed in range(100):
                self.say(hostile_peers.random_bytes(1 + 97 * seed, seed))
            self.say(hostile_peers.random_bytes(8 << 20, 1))
            siege.friend_joins()

    def test_plain_text_is_hung_up_on(self):
        with self.siege() as siege:
            for text in (b"GET / HTTP/1.1\r\nHost: head\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n",
                         b'{"jsonrpc":"2.0","id":1,"method":"system.terminate"}\n'):
                self.assertNotIn(b"jsonrpc", self.say(text))
            siege.friend_joins()

    def test_truncated_handshakes_are_forgotten(self):
        hello = hostile_peers.client_hello()
        with self.siege() as siege:
            for size in range(1, len(hello), 7):
                hostile_peers.connect(self.here, self.where).close()
                with hostile_peers.connect(self.here, self.where) as to:
                    to.sendall(hello[:size])
            with contextlib.ExitStack() as held:
                for size in range(1, len(hello), 40):
                    held.enter_context(hostile_peers.connect(self.here, self.where)).sendall(hello[:size])
                siege.friend_joins()

    def test_a_handshake_that_is_too_large_is_hung_up_on(self):
        with self.siege() as siege:
            for _ in range(20):
                self.say(hostile_peers.oversized_handshake())
            siege.friend_joins()

    def test_a_handshake_that_comes_a_byte_at_a_time_ends_at_the_limit(self):
        with self.siege() as siege, hostile_peers.connect(self.here, self.where) as to:
            begun = time.monotonic()
            with self.assertRaises(OSError):
                for byte in hostile_peers.client_hello():
                    to.sendall(bytes([byte]))
                    time.sleep(0.1)
            self.assertLess(time.monotonic() - begun, 10)
            siege.friend_joins()

    def test_a_thousand_silent_connections_keep_nobody_out(self):
        with self.siege() as siege, contextlib.ExitStack() as held:
            for to in hostile_peers.silence(self.here, self.where, 1000):
                held.enter_context(to)
            siege.friend_joins()

    def test_a_thousand_silent_connections_from_many_addresses_keep_nobody_out(self):
        sources = [f"127.0.{i // 250 + 1}.{i % 250 + 1}" for i in range(500)]
        with self.siege() as siege, contextlib.ExitStack() as held:
            for to in hostile_peers.silence(self.here, self.where, 1000, sources):
                held.enter_context(to)
            siege.friend_joins()

    # Hellos over TLS, without a certificate.

    def test_tls_without_a_certificate_gets_no_link(self):
        with self.siege() as siege:
            self.expect_refused(None, "certificate")
            siege.friend_joins()

    def test_hellos_that_are_none_are_refused(self):
        deep = b"[" * 60_000
        with self.siege() as siege:
            for text, claimed in ((b"", 0), (b"x", 0xFFFFFFFF), (b"", hostile_peers.HELLO_BYTES_MAX),
                                  (deep, None), (b"\xff" * 60_000, None), (b"null", None),
                                  (b'{"kind":"link","protocol":99999999999999999999}', None),
                                  (b'{"kind":"enrol","protocol":2,"name":"' + b"n" * 60_000 + b'"}', None)):
                with hostile_peers.tls(self.here, self.where) as to:
                    hostile_peers.tell(to, text, claimed)
                    if claimed is None or claimed == 0xFFFFFFFF:
                        answered = hostile_peers.answer(to)
                        self.assertNotIn('"accepted":true', answered)
            siege.friend_joins()

    def test_tls_renegotiation_and_old_versions_are_refused(self):
        old = hostile_peers.context()
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with self.siege() as siege:
            with hostile_peers.connect(self.here, self.where) as to, self.assertRaises(ssl.SSLError):
                old.wrap_socket(to)
            siege.friend_joins()

    # Certificates that do not count.

    def test_a_certificate_of_another_authority_gets_no_link(self):
        other = certificates.other_authority(self.own_folder())
        with self.siege() as siege:
            self.expect_refused(certificates.sign(other, self.own_folder(), "mallory"),
                                "alert|certificate|eof|closed")
            siege.friend_joins()

    def test_an_expired_certificate_gets_no_link(self):
        good = certificates.sign(self.cluster.pki, self.own_folder(), "mallory")
        answered, link = self.shake_hands(good)
        self.assertIn('"accepted":true', answered)  # the expiry alone is what is refused below
        link.close()
        expired = certificates.sign(self.cluster.pki, self.own_folder(), "mallory",
                                    begins="20200101000000Z", ends="20200201000000Z")
        with self.siege() as siege:
            self.expect_refused(expired, "expired")
            siege.friend_joins()

    def test_a_revoked_certificate_gets_no_link(self):
        with self.siege() as siege:
            self.cluster.control("pki", "revoke", "former")
            self.cluster.reload()

            def is_refused():
                answered, link = self.shake_hands(self.of_member("former"), name="former")
                if link:
                    link.close()
                return "revoked" in answered

            eventually(is_refused, "the revocation counts")
            siege.friend_joins()

    def test_a_heads_certificate_is_no_nodes(self):
        with self.siege() as siege:
            head = certificates.member_files(self.cluster.pki, "head")
            self.expect_refused(head, "alert|head", name="head")
            self.expect_refused(head, "alert|head", role="head", name="head")
            siege.friend_joins()

    def test_a_node_cannot_be_another_node(self):
        with self.siege() as siege:
            self.expect_refused(self.of_member("mallory"), "name|certificate", name="alpha")
            self.assertTrue(self.cluster.is_up("alpha"))
            siege.friend_joins()

    # A machine that belongs, and has fallen into wrong hands.

    def test_a_member_that_talks_rubbish_after_the_hello_loses_its_link_only(self):
        basp = [b"\x00" * 32,  # a handshake without a payload
                bytes([5, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]) + bytes(24),  # 4 GiB
                bytes([3, 0, 0, 1, 0, 0, 0, 8]) + bytes(16) + b"\0\0\0\0\0\0\0\1" + bytes(8)]
        with self.siege() as siege:
            for text in (*basp, *(hostile_peers.random_bytes(4096, seed) for seed in range(20))):
                answered, link = self.shake_hands(self.of_member("mallory"))
                self.assertIn('"accepted":true', answered)
                with link, contextlib.suppress(OSError):
                    link.sendall(text)
                    link.settimeout(0.2)
                    hostile_peers.listen(link)
            siege.friend_joins()

    def test_a_member_that_links_and_is_silent_harms_nobody(self):
        with self.siege() as siege, contextlib.ExitStack() as held:
            for _ in range(50):
                answered, link = self.shake_hands(self.of_member("mallory"))
                self.assertIn('"accepted":true', answered)
                held.enter_context(link)
            siege.friend_joins()


if __name__ == "__main__":
    suite.main(needs_namespaces=False)
