# SPDX-License-Identifier: BSD-3-Clause
"""A cluster whose wires are slow, late and lose packets: 50 ms each way, 1 %, 10 Mbit/s."""

import time
import unittest

import suite
from cluster import Cluster, hello
from hosts import BadWire, Network


class BadNetwork(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(Network())
        self.cluster = self.enterContext(Cluster(self.network.host("head"), silence_limit_s=5))
        for number, name in enumerate(("alpha", "beta", "gamma")):
            wire = BadWire(delay_ms=50, loss=0.01, mbit_per_s=10, seed=number)
            self.cluster.add_node(name, self.network.host(name, wire))

    def test_a_run_of_small_steps_finishes(self):
        steps = 50
        begun = time.monotonic()
        ended = self.cluster.run("misbehaving", {"steps": steps}, limit_s=120)
        print(f"{steps} steps in {time.monotonic() - begun:.1f} s")
        self.assertEqual((ended["state"], ended.get("result")), ("done", {"done": steps}), ended)
        hello(self.cluster)
        for name in self.cluster.nodes:
            node = self.cluster.describe(name)
            round_trip = node["round_trip_ms"]
            self.assertGreaterEqual(round_trip, 100)
            # As wrong as the two ways can differ: a packet that is lost on one of them comes late.
            self.assertLess(abs(node["clock_offset_ms"]), (round_trip - 100) / 2 + 10)

    def test_all_solvers_answer_while_a_large_payload_crosses(self):
        # 4 MB to each of three machines, and 8 MB back: more than 10 s, twice the silence limit.
        payload = 1_000_000
        run = self.cluster.call("runs.start", model="large_payloads",
                                parameters={"bytes": payload, "steps": 1})["run"]
        self.cluster.wait_until_in_step(run)
        took = []
        with self.cluster.connect() as client:
            while client.call("runs.get", run=run)["state"] == "running":
                begun = time.monotonic()
                solvers = client.call("solvers.status")
                took.append(time.monotonic() - begun)
                self.assertEqual(len(solvers), 6)
                self.assertNotIn("dead", [solver["state"] for solver in solvers])
                time.sleep(0.2)
        ended = self.cluster.result(run, limit_s=120)
        self.assertEqual(ended["state"], "done", ended)
        took.sort()
        print(f"{len(took)} questions, median {took[len(took) // 2]:.2f} s, longest {took[-1]:.2f} s")
        self.assertGreater(len(took), 10)
        self.assertLess(took[len(took) // 2], 1)

    def test_a_run_is_cancelled_while_a_large_payload_crosses(self):
        run = self.cluster.call("runs.start", model="large_payloads",
                                parameters={"bytes": 4_000_000, "steps": 100},
                                cancel_grace_ms=1000)["run"]
        self.cluster.wait_until_in_step(run)
        self.cluster.call("runs.cancel", run=run)
        ended = self.cluster.result(run, limit_s=90)
        self.assertEqual(ended["state"], "cancelled", ended)
        hello(self.cluster)


if __name__ == "__main__":
    suite.main()
