#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What docs/embed.md shows of a program stands so in a file that is built and run by tests."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {"cpp": ROOT / "examples/07_embedded/embedded.cpp",
           "cmake": ROOT / "tests/consumer/embedding/CMakeLists.txt"}


class Excerpts(unittest.TestCase):
    def test_each_block_of_code_is_taken_from_the_file_that_is_compiled(self):
        page = (ROOT / "docs/embed.md").read_text()
        blocks = re.findall(r"^```(cpp|cmake)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
        self.assertGreaterEqual(len(blocks), 5)
        for kind, text in blocks:
            self.assertIn("\n" + text, SOURCES[kind].read_text(), f"not in {SOURCES[kind].relative_to(ROOT)}")


if __name__ == "__main__":
    unittest.main()
