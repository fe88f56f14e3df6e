#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What is in bench/, run for a moment at the smallest sizes: it comes to its end, and what it prints has the shape that
its readers go by. No figure is looked at. `bench_test.py [-v] [TEST…]` with the programs of $LOCKSTEP_BUILD (default
build/release). Exit code 77: nothing was tried, because something is not there; it is printed what."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "network"))
from namespaces import end_with_parent  # noqa: E402

BUILD = Path(os.environ.get("LOCKSTEP_BUILD", ROOT / "build" / "release")).resolve()
PROGRAMS = ("control", "node", "bench/tcp_fan_out", "bench/engine_events", "models/bench_model.so",
            "models/traffic_assignment.so")
SKIPPED = 77
LIMIT_SECONDS = 100


def setUpModule():
    if missing := [name for name in PROGRAMS if not (BUILD / name).exists()]:
        raise unittest.SkipTest(f"{BUILD} has no {', no '.join(missing)}: build the target bench_programs")


def need(*files):
    """Memory and children of processes are read in /proc; not every kernel tells them."""
    if missing := [str(file) for file in files if not Path(file).exists()]:
        raise unittest.SkipTest(f"there is no {', no '.join(missing)}")


def tables_in(text):
    """(columns, rows) of each table in Markdown."""
    tables = []
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        columns, _, *rows = ([cell.strip() for cell in line[1:-1].split("|")] for line in block.splitlines())
        tables.append((columns, rows))
    return tables


def tables_of_page(mark):
    """Those that docs/cost.md has between two comments."""
    page = (ROOT / "docs" / "cost.md").read_text()
    return tables_in(page.split(f"<!-- {mark} -->")[1].split(f"<!-- /{mark} -->")[0])


class Bench(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lockstep-bench-")
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.home.chmod(0o700)

    def run_program(self, *words, code=0):
        """What it prints. It knows nothing of the user's heads and settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOCKSTEP_", "XDG_"))}
        ended = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=LIMIT_SECONDS,
                               env=kept | {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home)},
                               cwd=self.home, preexec_fn=end_with_parent)
        said = f"{' '.join(map(str, words))}\n{ended.stdout}{ended.stderr}"
        self.assertEqual(ended.returncode, code, said)
        self.assertNotIn("Traceback", ended.stderr, said)  # of a thread
        return ended.stdout

    def expect_tables(self, printed, mark):
        """All that the page has, in its order; none empty, and no row with a cell too few."""
        tables = tables_in(printed)
        self.assertEqual([columns for columns, _ in tables], [columns for columns, _ in tables_of_page(mark)], printed)
        for columns, rows in tables:
            self.assertTrue(rows, columns)
            for row in rows:
                self.assertEqual(len(row), len(columns), row)
                self.assertRegex(" ".join(row), r"\d", columns)
                self.assertNotRegex(" ".join(row), r"\b(nan|inf|None)\b", columns)

    def test_the_model_tells_what_its_steps_took(self):
        for words, told in (((), set()), (("--work", "0.001"), {"efficiency"}), (("--bytes", "64"), set()),
                            (("--bytes", "64", "--sum"), set())):
            printed = self.run_program(BUILD / "control", "--json", "run", "bench_model", "--own-head", "--workers", 2,
                                       "--steps", 2, *words)
            result = json.loads(printed.splitlines()[-1])["result"]
            self.assertEqual(set(result), {"solvers", "first_step_at", "step"} | told, words)
            self.assertEqual(set(result["step"]), {"median_us", "p99_us"}, words)
            self.assertEqual(result["solvers"], 2)

    def test_the_yardstick_over_tcp_tells_the_same_of_each_shape(self):
        for words in (("flat",), ("relayed",), ("relayed", 1024), ("flat", 64, 0.001)):
            told = json.loads(self.run_program(BUILD / "bench" / "tcp_fan_out", 2, 2, *words))
            self.assertEqual(set(told), {"median_us", "p99_us", "efficiency"}, words)
            self.assertGreater(told["median_us"], 0, words)
        self.run_program(BUILD / "bench" / "tcp_fan_out", 2, code=2)

    def test_the_yardstick_over_mpi_tells_its_median(self):
        need(BUILD / "bench" / "mpi_transfer", shutil.which("mpirun") or "mpirun")
        told = json.loads(self.run_program("mpirun", "--allow-run-as-root", "--oversubscribe", "-np", 2,
                                           BUILD / "bench" / "mpi_transfer", 100, 2))
        self.assertEqual(set(told), {"median_us"})

    def test_the_engines_take_the_events_of_every_kind_of_step(self):
        lines = self.run_program(BUILD / "bench" / "engine_events", 2, 3, 2).splitlines()
        found = [re.fullmatch(r"(\w+) +2 machines x +3 solvers, runs of +(\d+): +\S+ million events a second", line)
                 for line in lines]
        self.assertNotIn(None, found, lines)
        self.assertEqual([one.groups() for one in found],
                         [(kind, of_run) for of_run in ("6", "3") for kind in ("broadcast", "map", "reduce")])

    def test_the_tables_of_one_machine_are_those_of_the_page(self):
        need("/proc/self/smaps_rollup", "/proc/self/clear_refs", f"/proc/self/task/{os.getpid()}/children")
        self.expect_tables(self.run_program(ROOT / "bench" / "run", "--smallest", "--build", BUILD), "bench")

    def test_the_tables_of_a_cluster_are_those_of_the_page(self):
        self.expect_tables(self.run_program(ROOT / "bench" / "cluster", "--smallest", "--build", BUILD),
                           "cluster bench")


if __name__ == "__main__":
    ended = unittest.main(exit=False, testRunner=unittest.TextTestRunner(verbosity=2)).result
    nothing_tried = ended.wasSuccessful() and len(ended.skipped) >= max(ended.testsRun, 1)
    sys.exit(SKIPPED if nothing_tried else 0 if ended.wasSuccessful() else 1)
