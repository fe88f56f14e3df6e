#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""scripts/quickstart where its run does not get done. It stands in a checkout of stand-ins: what is to be seen is
what the script itself makes of the end of `control`."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "quickstart"


class Quickstart(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="lockstep-quickstart-")
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        for name in ("scripts/setup", "bin/cmake", "build/release/node"):
            self.program(name, "exit 0")
        shutil.copy(SCRIPT, self.root / "scripts" / "quickstart")

    def program(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)

    def start(self, control, *words):
        self.program("build/release/control", control)
        environment = os.environ | {"PATH": f"{self.root}/bin:{os.environ['PATH']}"}
        return subprocess.Popen([self.root / "scripts" / "quickstart", *words], env=environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def ended(self, process, code):
        printed = process.communicate(timeout=60)[0]
        self.assertNotIn("Traceback", printed)
        self.assertEqual(process.returncode, code, printed)
        return printed

    def test_what_control_says_is_all_that_is_said_of_a_run_that_failed(self):
        for line in ('{"error": {"text": "no"}}', '{"run": "r1", "state": "failed", "result": null}', ""):
            process = self.start(f"echo 'control: no places' >&2; printf '%s' '{line}'; exit 1")
            self.assertTrue(self.ended(process, 1).endswith("control: no places\n"))

    def test_a_folder_is_no_file(self):
        self.assertIn("which should be a TSPLIB file", self.ended(self.start("exit 0", self.folder.name), 2))

    def test_an_interrupt_ends_it_as_it_ends_control(self):
        heeds = ("import signal, sys\n"
                 "def end(*_): print('{\"state\": \"cancelled\"}'); sys.exit(130)\n"
                 "signal.signal(signal.SIGINT, end); print('started', file=sys.stderr, flush=True); signal.pause()")
        process = self.start(f"exec python3 -c {shlex.quote(heeds)}")
        while "started" not in process.stdout.readline():
            self.assertIsNone(process.poll())
        os.killpg(process.pid, signal.SIGINT)
        self.ended(process, 130)


if __name__ == "__main__":
    unittest.main()
