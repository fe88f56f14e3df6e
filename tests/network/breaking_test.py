# SPDX-License-Identifier: BSD-3-Clause
"""What follows when machines and cables break while a run is on."""

import signal
import time
import unittest

import suite
from cluster import CLUSTER_PORT, Cluster, hello
from hosts import Network
from programs import eventually

MARGIN_S = 5  # beyond the silence limit, on a busy machine


class Breaking(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(Network())
        self.head_host = self.network.host("head")
        self.hosts = {name: self.network.host(name) for name in ("alpha", "beta", "gamma")}

    def cluster_of(self, *names, join=(), **options):
        cluster = self.enterContext(Cluster(self.head_host, **options))
        for name in names:
            cluster.add_node(name, self.hosts[name], *join)
        return cluster

    def expect_lost(self, cluster, run, name, solvers, limit_s):
        begun = time.monotonic()
        ended = cluster.result(run)
        took = time.monotonic() - begun
        print(f"noticed after {took:.1f} s: {ended['error']['text']}")
        self.assertEqual((ended["state"], ended["error"]["type"]), ("failed", "node_lost"), ended)
        self.assertIn(name, ended["error"]["text"])
        self.assertIn(solvers, ended["error"]["text"])
        self.assertLess(took, limit_s)
        self.assertFalse(cluster.is_up(name))

    def expect_silence_noticed(self, cluster, run, name="beta", solvers="solvers 2 to 3 of 6"):
        self.expect_lost(cluster, run, name, solvers, cluster.silence_limit_s + MARGIN_S)

    def test_a_partition_longer_than_the_limit_fails_the_run_and_the_node_comes_back(self):
        cluster = self.cluster_of("alpha", "beta", "gamma")
        process = cluster.nodes["beta"].pid
        run = cluster.start_waiting_run()
        self.hosts["beta"].cut()
        self.expect_silence_noticed(cluster, run)
        ended = cluster.run("misbehaving")  # the others go on
        self.assertEqual(ended["state"], "done", ended)
        self.hosts["beta"].heal()
        cluster.wait_until_up("beta")
        self.assertEqual(cluster.describe("beta")["pid"], process)
        hello(cluster)

    def test_a_pulled_cable_fails_the_run_and_the_node_comes_back(self):
        cluster = self.cluster_of("alpha", "beta", "gamma")
        run = cluster.start_waiting_run()
        self.hosts["beta"].pull_cable()
        self.expect_silence_noticed(cluster, run)
        self.hosts["beta"].plug_cable()
        cluster.wait_until_up("beta")
        hello(cluster)

    def test_a_partition_shorter_than_the_limit_loses_nothing(self):
        cluster = self.cluster_of("alpha", "beta", silence_limit_s=8)
        steps = 5_000
        run = cluster.call("runs.start", model="misbehaving", parameters={"steps": steps})["run"]

        def done():
            return cluster.call("runs.get", run=run)["steps"]

        eventually(lambda: done() > 100, "the run makes steps")
        self.hosts["beta"].cut()
        time.sleep(0.2)  # what was under way has arrived or is lost
        before = done()
        time.sleep(2)
        self.assertLess(done() - before, 2, "a step went on without the node: nothing was cut")
        self.assertLess(before, steps, "the run was over before the cut")
        self.hosts["beta"].heal()
        ended = cluster.result(run)
        self.assertEqual((ended["state"], ended.get("result")), ("done", {"done": steps}), ended)

    def test_the_result_is_the_same_with_and_without_a_short_partition(self):
        cluster = self.cluster_of("alpha", "beta", silence_limit_s=8)
        undisturbed = hello(cluster)
        run = cluster.call("runs.start", model="01_hello", parameters={"least": 20, "most": 60},
                           seed=7)["run"]
        cluster.wait_until_in_step(run)
        self.hosts["alpha"].cut()
        time.sleep(2)
        self.hosts["alpha"].heal()
        ended = cluster.result(run)
        self.assertEqual((ended["state"], ended.get("result")), ("done", undisturbed), ended)

    def test_a_frozen_machine_is_lost_and_joins_again_when_it_thaws(self):
        cluster = self.cluster_of("alpha", "beta", "gamma")
        run = cluster.start_waiting_run()
        self.hosts["beta"].freeze()
        self.expect_silence_noticed(cluster, run)
        self.hosts["beta"].thaw()
        cluster.wait_until_up("beta")
        hello(cluster)

    def test_a_machine_that_was_frozen_for_less_than_the_limit_is_not_lost(self):
        cluster = self.cluster_of("alpha", "beta", silence_limit_s=8)
        undisturbed = hello(cluster)
        run = cluster.call("runs.start", model="01_hello", parameters={"least": 20, "most": 60},
                           seed=7)["run"]
        cluster.wait_until_in_step(run)
        self.hosts["beta"].freeze()
        time.sleep(2)
        self.hosts["beta"].thaw()
        ended = cluster.result(run)
        self.assertEqual((ended["state"], ended.get("result")), ("done", undisturbed), ended)

    def test_a_machine_whose_power_goes_is_lost_and_another_takes_its_name(self):
        cluster = self.cluster_of("alpha", "beta", "gamma")
        run = cluster.start_waiting_run()
        self.hosts["beta"].vanish()
        self.expect_silence_noticed(cluster, run)
        cluster.start_node("beta", self.network.host("beta-anew"), "--join", cluster.join_address,
                           "--solvers", "2")
        cluster.wait_until_up("beta")
        hello(cluster)

    def test_a_killed_node_is_noticed_at_once(self):
        cluster = self.cluster_of("alpha", "beta", "gamma", silence_limit_s=30)
        run = cluster.start_waiting_run()
        cluster.nodes["beta"].kill()
        self.expect_lost(cluster, run, "beta", "solvers 2 to 3 of 6", MARGIN_S)
        eventually(lambda: not self.hosts["beta"].processes(), "its workers died with it")

    def test_a_run_that_waited_has_none_of_the_workers_that_were_killed_for_the_one_before_it(self):
        cluster = self.cluster_of("alpha")
        with cluster.connect() as client:
            stuck = [client.start("misbehaving", {"what": "loop"}, cancel_grace_ms=1)
                     for _ in range(20)]
            last = client.start("misbehaving")
            for run in stuck:
                cluster.wait_until_in_step(run)
                client.call("runs.cancel", run=run)
                ended = client.result(run)
                self.assertEqual(ended["state"], "cancelled", ended)
            ended = client.result(last)
            self.assertEqual(ended["state"], "done", ended)

    def test_a_node_that_is_cut_off_ends_its_workers_and_dials_until_the_head_answers(self):
        cluster = self.cluster_of("alpha")
        run = cluster.start_waiting_run()
        self.hosts["alpha"].cut()
        cluster.result(run)
        eventually(lambda: len(self.hosts["alpha"].processes()) == 1, "only the node itself is left")
        self.hosts["alpha"].heal()
        cluster.wait_until_up("alpha")
        hello(cluster)

    def test_nodes_dial_again_when_the_head_comes_back(self):
        cluster = self.cluster_of("alpha", "beta")
        processes = [node.pid for node in cluster.nodes.values()]
        for number in (signal.SIGKILL, signal.SIGTERM):
            cluster.head.end(number)
            cluster.start_head_again()
            for name in ("alpha", "beta"):
                cluster.wait_until_up(name)
            hello(cluster)
        self.assertEqual([cluster.describe(name)["pid"] for name in ("alpha", "beta")], processes)

    def test_nodes_find_the_head_where_its_machine_has_another_address(self):
        later = 77
        cluster = self.cluster_of(
            "alpha", "beta", cluster=f"0.0.0.0:{CLUSTER_PORT}",
            join=("--join", f"10.77.0.{later}:{CLUSTER_PORT}"))
        self.head_host.move_to(later)
        for name in ("alpha", "beta"):
            cluster.wait_until_up(name, False)
        for name in ("alpha", "beta"):
            cluster.wait_until_up(name)
        hello(cluster)

    def test_nodes_find_a_new_head_at_another_address(self):
        cluster = self.cluster_of("alpha", "beta",
                                  join=("--join", f"{self.network.next_address}:{CLUSTER_PORT}"))
        moved = self.network.host("second-head")
        self.head_host.vanish()
        cluster.head.wait()
        cluster.host, cluster.listen = moved, f"{moved.address}:{CLUSTER_PORT}"
        cluster.start_head_again()
        for name in ("alpha", "beta"):
            cluster.wait_until_up(name)
        hello(cluster)


if __name__ == "__main__":
    suite.main()
