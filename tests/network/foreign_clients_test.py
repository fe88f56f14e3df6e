# SPDX-License-Identifier: BSD-3-Clause
"""TLS clients that are not ours, at a control port: they check certificates as everyone does."""

import json
import socket
import ssl
import subprocess
import unittest

import suite
from guarded import GuardedHead
from hosts import Here

OTHER_ADDRESS = "127.0.0.9"  # the cluster port's, which the authority did not know of


class ForeignClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Here()
        cls.head = cls.enterClassContext(GuardedHead(cls.here, cluster=f"{OTHER_ADDRESS}:0"))

    def connect(self, name):
        """With Python's defaults, which check the host's name."""
        context = ssl.create_default_context(cafile=self.head.ca)
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from 3.13 on
        plain = self.enterContext(socket.create_connection(self.head.address, 10))
        return self.enterContext(context.wrap_socket(plain, server_hostname=name))

    def test_the_head_is_found_under_all_its_names(self):
        for name in ("localhost", "127.0.0.1", "::1", socket.gethostname(), OTHER_ADDRESS):
            with self.subTest(name):
                to = self.connect(name).makefile("rw")
                for number, (method, params) in enumerate((
                        ("session.authenticate", {"token": self.head.token}), ("runs.list", {}))):
                    print(json.dumps({"jsonrpc": "2.0", "id": number, "method": method,
                                      "params": params}), file=to, flush=True)
                self.assertIn("role", json.loads(to.readline())["result"])
                self.assertEqual(json.loads(to.readline())["result"], [])

    def test_under_another_name_it_is_not_believed(self):
        for name in ("head", "example.org", "127.0.0.10"):
            with self.subTest(name), self.assertRaises(ssl.SSLCertVerificationError):
                self.connect(name)

    def test_openssl_verifies_the_name(self):
        for option, name, expected in (("-verify_hostname", "localhost", 0),
                                       ("-verify_ip", "127.0.0.1", 0),
                                       ("-verify_hostname", "example.org", 1)):
            ended = subprocess.run(
                ["openssl", "s_client", "-brief", "-verify_return_error", "-CAfile", self.head.ca,
                 option, name, "-connect", "{}:{}".format(*self.head.address)],
                stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True,
                timeout=20)
            self.assertEqual(ended.returncode, expected, ended.stdout)


if __name__ == "__main__":
    suite.main(needs_namespaces=False)
