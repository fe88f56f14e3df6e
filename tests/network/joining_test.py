# SPDX-License-Identifier: BSD-3-Clause
"""Head, three nodes and clients, each on a host of its own."""

import unittest

import suite
from cluster import CLUSTER_PORT, Cluster, hello
from hosts import Here, Network
from programs import eventually, finish, Build

NODES = ("alpha", "beta", "gamma")


class Joining(unittest.TestCase):
    def test_a_run_spreads_over_three_hosts_and_gives_what_one_host_does(self):
        with Network() as network, Cluster(network.host("head")) as cluster:
            for name in NODES:
                cluster.add_node(name, network.host(name))
            self.assertEqual(cluster.call("system.describe")["solvers"], 6)
            spread = hello(cluster)
            for name in NODES:
                node = cluster.describe(name)
                self.assertEqual((node["solvers"], node["state"]), (2, "up"))
                self.assertGreaterEqual(node["round_trip_ms"], 0)
                self.assertLess(abs(node["clock_offset_ms"]), 1000)
        with Cluster(Here(), "--own-node", "--solvers", "6") as alone:
            eventually(lambda: alone.call("nodes.list"), "the head's own node is there")
            self.assertEqual(hello(alone), spread)

    def test_a_large_payload_comes_back_unchanged_from_each_host(self):
        with Network() as network, Cluster(network.host("head")) as cluster:
            for name in NODES[:2]:
                cluster.add_node(name, network.host(name))
            ended = cluster.run("large_payloads", {"bytes": 20_000_000, "steps": 2})
            self.assertEqual(ended["state"], "done", ended)

    def test_nodes_join_over_ipv6_and_by_name(self):
        with Network() as network, \
                Cluster(network.host("tower"), cluster=f"[::]:{CLUSTER_PORT}") as cluster:
            cluster.add_node("alpha", network.host("alpha"), join=f"[{cluster.host.address6}]:{CLUSTER_PORT}")
            cluster.add_node("beta", network.host("beta"), join=f"tower:{CLUSTER_PORT}")
            cluster.add_node("gamma", network.host("gamma"))  # over IPv4, at the same port
            hello(cluster)

    def test_a_head_dials_nodes_that_listen(self):
        with Network() as network:
            tower, alpha = network.host("tower"), network.host("alpha")
            with Cluster(tower) as authority:
                authority.issue("alpha")
                authority.start_node("alpha", alpha, "--listen", f"{alpha.address}:{CLUSTER_PORT}",
                                     "--solvers", "2")
                eventually(alpha.listening, "the node listens")
                self.assertEqual(alpha.listening(), [(alpha.address, str(CLUSTER_PORT))])
                authority.head.end()
                nodes_file = authority.folder / "nodes"
                nodes_file.write_text(f"# machines\nalpha:{CLUSTER_PORT}\n")
                authority.words = ("--nodes", nodes_file)
                authority.start_head_again()
                authority.wait_until_up("alpha")
                hello(authority)

    def test_a_node_joins_while_a_run_is_on_and_serves_from_the_next_one_on(self):
        with Network() as network, Cluster(network.host("head")) as cluster:
            cluster.add_node("alpha", network.host("alpha"))
            run = cluster.start_waiting_run()
            cluster.add_node("beta", network.host("beta"))
            self.assertEqual(cluster.describe("beta")["hosted"], [])
            cluster.call("runs.cancel", run=run)
            self.assertEqual(cluster.result(run)["state"], "cancelled")
            run = cluster.start_waiting_run()
            self.assertEqual(cluster.describe("beta")["hosted"], [2, 3])
            cluster.call("runs.cancel", run=run)
            cluster.result(run)

    def test_a_drained_node_leaves_and_may_join_again(self):
        with Network() as network, Cluster(network.host("head")) as cluster:
            hosts = {name: network.host(name) for name in NODES}
            for name, host in hosts.items():
                cluster.add_node(name, host)
            cluster.control("drain", "beta")
            self.assertEqual(cluster.nodes["beta"].wait(), 0)
            eventually(lambda: not hosts["beta"].processes(), "the host runs nothing of ours any more")
            hello(cluster)
            cluster.start_node("beta", hosts["beta"], "--join", cluster.join_address, "--solvers", "2")
            cluster.wait_until_up("beta")  # with its certificate, and no token
            hello(cluster)

    def test_terminate_ends_all_hosts_processes(self):
        with Network() as network, Cluster(network.host("head")) as cluster:
            for name in NODES:
                cluster.add_node(name, network.host(name))
            cluster.control("terminate")
            self.assertEqual(cluster.head.wait(), 0)
            for node in cluster.nodes.values():
                self.assertEqual(node.wait(), 0)
            for host in network.hosts:
                eventually(lambda: not host.processes(), f"{host.namespace} runs nothing any more")

    def test_a_client_on_another_host_cannot_reach_the_control_port_by_default(self):
        with Network() as network, Cluster(network.host("head")) as cluster:
            cluster.add_node("alpha", network.host("alpha"))
            client = network.host("client")
            port = cluster.where.rsplit(":", 1)[1]
            code, output = finish(client, [Build.program("control"), "nodes", "--at",
                                           f"{cluster.host.address}:{port}",
                                           "--ca", cluster.pki / "ca.pem"], cluster.folder)
            self.assertEqual(code, 3, output)


if __name__ == "__main__":
    suite.main()
