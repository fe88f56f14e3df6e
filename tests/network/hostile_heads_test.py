# SPDX-License-Identifier: BSD-3-Clause
"""Who pretends to be a head, to nodes that dial and to nodes that listen; and tokens used twice."""

import contextlib
import pathlib
import socket
import ssl
import threading
import unittest

import certificates
import hostile_peers
import suite
from cluster import Cluster, hello
from hosts import Here
from programs import eventually

NODE_REFUSED = 3


class FakeHead:
    """Accepts TLS with some certificate and keeps what it is told after the handshake."""

    def __init__(self, certificate, authority):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        self.context.load_verify_locations(authority)
        self.context.verify_mode = ssl.CERT_OPTIONAL
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.dialled = 0
        self.told = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listening.close()

    def _serve(self):
        while True:
            try:
                plain = self.listening.accept()[0]
            except OSError:
                return
            self.dialled += 1
            plain.settimeout(5)
            with plain, contextlib.suppress(OSError), self.context.wrap_socket(
                    plain, server_side=True) as to:
                self.told += hostile_peers.listen(to)


class HostileHeads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Here()
        cls.cluster = cls.enterClassContext(Cluster(cls.here))
        cls.cluster.issue("alpha")
        cls.cluster.issue("mallory")

    def start_node(self, name, *words):
        node = self.cluster.program_of_node(name, self.here, "--solvers", "1", *words)
        self.addCleanup(node.kill)
        return node

    def certificate_of(self, name):
        return certificates.member_files(self.cluster.identity_of(name), name)

    def expect_told_nothing(self, fake, node):
        eventually(lambda: fake.dialled > 0, "the node dials")
        eventually(lambda: "certificate" in node.tail() or not node.is_alive(), "the node says why not")
        print(node.tail().strip().splitlines()[-1])
        self.assertEqual(fake.told, b"")

    def test_a_node_that_dials_takes_no_node_for_a_head(self):
        with FakeHead(self.certificate_of("mallory"), self.cluster.pki / "ca.pem") as fake:
            self.expect_told_nothing(fake, self.start_node("alpha", "--join", fake.address))

    def test_a_node_that_dials_takes_no_head_of_another_authority(self):
        folder = self.cluster.folder / "other"
        other = certificates.other_authority(folder)
        with FakeHead(certificates.sign(other, folder, "head", "head"), folder / "ca.pem") as fake:
            self.expect_told_nothing(fake, self.start_node("alpha", "--join", fake.address))

    def test_a_node_that_dials_takes_no_expired_head(self):
        folder = self.cluster.folder / "expired"
        old = certificates.sign(self.cluster.pki, folder, "head", "head", ends="20200201000000Z")
        with FakeHead(old, self.cluster.pki / "ca.pem") as fake:
            self.expect_told_nothing(fake, self.start_node("alpha", "--join", fake.address))

    def test_a_node_shows_its_token_to_no_other_authority(self):
        folder = self.cluster.folder / "thief"
        thief = certificates.other_authority(folder)
        token = self.cluster.join_token()
        with FakeHead(certificates.sign(thief, folder, "head", "head"), folder / "ca.pem") as fake:
            node = self.start_node("beta", "--join", fake.address, "--token", token)
            self.expect_told_nothing(fake, node)
        # It is as good as new.
        self.start_node("beta", "--join", self.cluster.join_address, "--token", token)
        self.cluster.wait_until_up("beta")

    def test_a_token_lets_one_machine_join_only(self):
        token = self.cluster.join_token()
        self.start_node("gamma", "--join", self.cluster.join_address, "--token", token)
        self.cluster.wait_until_up("gamma")
        second = self.start_node("delta", "--join", self.cluster.join_address, "--token", token)
        self.assertEqual(second.wait(), NODE_REFUSED)
        self.assertIn("token", second.tail())
        self.assertIsNone(self.cluster.describe("delta"))
        self.assertTrue(self.cluster.is_up("gamma"))

    def test_tokens_cannot_be_guessed_or_altered(self):
        token = self.cluster.join_token()
        id_, secret, fingerprint = token.split(".")
        flipped = secret[:-1] + ("0" if secret[-1] != "0" else "1")
        for wrong in (f"{id_}.{flipped}.{fingerprint}", f"00000000.{secret}.{fingerprint}",
                      f"{id_}.{secret}.{fingerprint[::-1]}", "x", token[:-1]):
            node = self.start_node("epsilon", "--join", self.cluster.join_address, "--token", wrong)
            self.assertNotEqual(node.wait(), 0)
            self.assertNotIn(secret, node.tail())
        self.assertNotIn(secret, self.cluster.head.tail(1 << 20))

    def test_a_token_on_the_command_line_is_not_shown_by_ps(self):
        token = self.cluster.join_token()
        node = self.start_node("zeta", "--join", self.cluster.join_address, "--token", token)
        self.cluster.wait_until_up("zeta")
        shown = pathlib.Path(f"/proc/{node.pid}/cmdline").read_bytes()
        self.assertNotIn(token.split(".")[1].encode(), shown)

    def test_a_node_that_listens_takes_no_node_for_a_head(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        node = self.start_node("alpha", "--listen", f"127.0.0.1:{port}")

        # Not by trying to connect: a port that nobody listens at may connect to itself.
        eventually(lambda: "listening on" in node.tail() or None, "the node listens")
        answered, link = hostile_peers.shake_hands(self.here, ("127.0.0.1", port),
                                         self.certificate_of("mallory"),
                                         hostile_peers.hello("head", "head", 3, "0.18.7"))
        self.assertNotIn('"accepted":true', answered)
        self.assertIsNone(link)
        print(answered)
        for text in (hostile_peers.random_bytes(100_000, 1), b"GET / HTTP/1.1\r\n\r\n",
                     hostile_peers.oversized_handshake()):
            hostile_peers.say(self.here, ("127.0.0.1", port), text)
        held = hostile_peers.silence(self.here, ("127.0.0.1", port), 500)
        try:
            nodes = self.cluster.folder / "nodes"
            nodes.write_text(f"127.0.0.1:{port}\n")
            with Cluster(self.here, "--nodes", nodes, pki=self.cluster.pki) as second:
                second.wait_until_up("alpha")
                hello(second)
        finally:
            for to in held:
                to.close()
        self.assertTrue(node.is_alive())


if __name__ == "__main__":
    suite.main(needs_namespaces=False)
