# SPDX-License-Identifier: BSD-3-Clause
"""A cluster under attack: runs go on meanwhile, and afterwards everything is looked at."""

import threading
import time

from cluster import hello
from programs import status_kib

GROWTH_MIB_MAX = 64
JOIN_SECONDS_MAX = 10


class SteadyRuns:
    """Runs of the same seed, one after the other, on a thread of its own, until told to stop. They
    ask for the solvers of the nodes that were there before, so that a friend may come and go."""

    def __init__(self, cluster, solvers):
        self.cluster = cluster
        self.solvers = solvers
        self.results = []
        self.wrong = None
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            while not self.is_over.is_set():
                self.results.append(hello(self.cluster, solvers=self.solvers))
        except Exception as wrong:  # told by stop()
            self.wrong = wrong

    def stop(self):
        """All results; at least one run began and ended in between."""
        self.is_over.set()
        self.thread.join(90)
        if self.wrong:
            raise self.wrong
        return self.results


class Siege:
    """Use it around an attack: `with Siege(test, cluster): attack`.

    Afterwards: runs gave what they give in peace, the same processes live, the head's memory is bounded,
    and a good machine could join while the attack was on.
    """

    def __init__(self, test, cluster, host_of_friend, growth_mib_max=GROWTH_MIB_MAX):
        self.test, self.cluster, self.host_of_friend = test, cluster, host_of_friend
        self.growth_mib_max = growth_mib_max

    def __enter__(self):
        solvers = sum(one["state"] != "dead" for one in self.cluster.call("solvers.list"))
        self.in_peace = hello(self.cluster, solvers=solvers)
        self.processes = self._processes()
        self.before_kib = status_kib(self.cluster.head.pid, "VmHWM")
        self.runs = SteadyRuns(self.cluster, solvers)
        return self

    def _processes(self):
        """Head and nodes by process; a run has fresh workers, so of those how many died unasked."""
        nodes = {one["node"]: one["pid"] for one in self.cluster.call("nodes.list") if one["up"]}
        restarts = [one["restarts"] for one in self.cluster.call("solvers.list") if one["state"] != "dead"]
        return self.cluster.head.pid, nodes, restarts

    def friend_joins(self):
        """A machine that belongs joins at once, with a certificate, and leaves."""
        begun = time.monotonic()
        friend = self.cluster.program_of_node("friend", self.host_of_friend, "--join",
                                              self.cluster.join_address, "--solvers", "1")
        try:
            self.cluster.wait_until_up("friend", limit_s=JOIN_SECONDS_MAX)
            print(f"a friend joins in {time.monotonic() - begun:.2f} s", end="; ", flush=True)
        finally:
            friend.kill()
        self.cluster.wait_until_up("friend", up=False)

    def __exit__(self, kind, *_):
        if kind is not None:
            self.runs.is_over.set()
            return
        for result in self.runs.stop():
            self.test.assertEqual(result, self.in_peace)
        self.test.assertGreater(len(self.runs.results), 0)
        self.test.assertEqual(self._processes(), self.processes)
        growth = (status_kib(self.cluster.head.pid, "VmHWM") - self.before_kib) / 1024
        print(f"{len(self.runs.results)} runs unchanged; the head's VmHWM grew by {growth:.1f} MiB")
        self.test.assertLess(growth, self.growth_mib_max)
