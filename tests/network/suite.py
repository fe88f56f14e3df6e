"""How a file of network tests is run: `python3 tests/network/NAME_test.py [-v] [TEST…]`.

The programs are those of $LOCKSTEP_BUILD (default build/release). Exit code 77: nothing was tried,
because this machine or user may not; the reason is printed.
"""

import signal
import sys
import unittest

import namespaces
from programs import Build

SKIPPED = 77


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
        ended = unittest.main(module="__main__", exit=False, verbosity=2)
    finally:
        if needs_namespaces:
            namespaces.remove_own()
    sys.exit(0 if ended.result.wasSuccessful() else 1)
