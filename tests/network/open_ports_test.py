# SPDX-License-Identifier: BSD-3-Clause
"""What a port scan of a laptop and of a cluster's machines finds."""

import shutil
import unittest

import suite
from cluster import Cluster, hello
from hosts import Here, Network
from programs import Build, Client, Program, eventually
import scratch

USUAL_PORT = 8050


def open_ports(scanner, address, ports=range(1, 65536)):
    """Connects to each port in turn, as nmap -sT does."""
    found = []
    for port in ports:
        try:
            scanner.connect(address, port, limit_s=1).close()
        except ConnectionRefusedError:
            continue
        found.append(port)
    return found


class OpenPorts(unittest.TestCase):
    def test_a_laptop_listens_on_the_control_port_on_loopback_only(self):
        with Network() as network:
            laptop = network.host("laptop")
            folder = scratch.folder()
            self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
            head = Program(laptop, [Build.program("control"), "serve", "--quiet"], folder,
                           folder / "head.log")
            eventually(laptop.listening, "the head listens")
            with Client(laptop, f"127.0.0.1:{USUAL_PORT}") as client:
                self.assertEqual(client.run("misbehaving")["state"], "done")
            self.assertEqual(laptop.listening(), [("127.0.0.1", str(USUAL_PORT))])
            self.assertEqual(head.end(), 0)
            self.assertEqual(laptop.listening(), [])

    def test_a_cluster_shows_one_port_of_the_head_and_none_of_the_nodes(self):
        with Network() as network, Cluster(network.host("head")) as cluster:
            alpha, stranger = network.host("alpha"), network.host("stranger")
            cluster.add_node("alpha", alpha)
            hello(cluster)
            port = int(cluster.listen.rsplit(":", 1)[1])
            control = cluster.where.rsplit(":", 1)[1]
            self.assertEqual(sorted(cluster.host.listening()),
                             sorted([(cluster.host.address, str(port)), ("127.0.0.1", control)]))
            self.assertEqual(alpha.listening(), [])
            self.assertEqual(open_ports(stranger, cluster.host.address), [port])
            self.assertEqual(open_ports(stranger, alpha.address), [])


if __name__ == "__main__":
    suite.main()
