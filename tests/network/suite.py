# SPDX-License-Identifier: BSD-3-Clause
"""How a file of network tests is run: `python3 tests/network/NAME_test.py [-v] [TEST…]`.

The programs are those of $LOCKSTEP_BUILD (default build/release). Exit code 77: nothing was tried,
because this machine or user may not; the reason is printed.
"""

import signal
import sys
import unittest

import namespaces
from cluster import Cluster
from programs import Build

SKIPPED = 77


class Result(unittest.TextTestResult):
    """Shows what the programs of a failed test said, before they and their logs are gone."""

    def addFailure(self, test, why):
        self.print_logs()
        super().addFailure(test, why)

    def addError(self, test, why):
        self.print_logs()
        super().addError(test, why)

    @staticmethod
    def print_logs():
        for cluster in Cluster.standing:
            cluster.print_logs()


def stop(*_):
    raise KeyboardInterrupt  # the one that unittest lets through


def main(needs_namespaces=True):
    signal.signal(signal.SIGTERM, stop)
    if missing := [name for name in ("control", "node") if not Build.program(name).exists()]:
        sys.exit(f"{Build.folder} has no {' and no '.join(missing)}: build them, or set LOCKSTEP_BUILD")
    if needs_namespaces and (why := namespaces.why_impossible()):
        print(f"skipped: {why}")
        sys.exit(SKIPPED)
    try:
        runner = unittest.TextTestRunner(resultclass=Result, verbosity=2)
        ended = unittest.main(module="__main__", exit=False, testRunner=runner)
    finally:
        if needs_namespaces:
            namespaces.remove_own()
    sys.exit(0 if ended.result.wasSuccessful() else 1)
