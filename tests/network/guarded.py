# SPDX-License-Identifier: BSD-3-Clause
"""A head whose control port has TLS, and a token of an admin for it."""

import re
import shutil

import scratch
from cluster import Cluster
from programs import Build, finish


class GuardedHead(Cluster):
    def __init__(self, host, **options):
        self.home = scratch.folder()
        pki = self.home / "pki"
        for asked in (("pki", "init"), ("token", "create", "--role", "admin")):
            code, output = finish(host, [Build.program("control"), *asked, "--pki", pki], self.home)
            assert code == 0, output
        self.ca = pki / "ca.pem"
        self.token = re.search(r"\b[0-9a-f]{8}\.[0-9a-f]{64}\b", output)[0]
        self.token_file = self.home / "token"
        self.token_file.touch(0o600)
        self.token_file.write_text(self.token)
        super().__init__(host, "--tls", "--no-node", pki=pki, **options)

    def __exit__(self, *how):
        super().__exit__(*how)
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def address(self):
        """Of the control port: (address, port)."""
        address, port = self.where.rsplit(":", 1)
        return address, int(port)
