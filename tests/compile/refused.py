#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Mistakes in a model are refused with a sentence each. Usage: refused.py COMPILER MODEL_FOLDER

A line of a source with a remark is a mistake; the remark says what the compiler's message must hold.
"""

import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
COMPILER, MODEL_FOLDER = sys.argv[1:3]


def messages_of(source):
    done = subprocess.run(
        [COMPILER, "-std=c++20", "-fsyntax-only", "-fno-diagnostics-color", "-fmax-errors=0",
         "-fmessage-length=0", f"-I{MODEL_FOLDER}", str(HERE / source)],
        capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, check=False)
    return done.stderr


def mistakes_in(source):
    for number, line in enumerate((HERE / source).read_text().splitlines(), 1):
        if line.strip().startswith("//"):
            continue
        if found := re.search(r"[;)] *// (.+)", line):
            yield number, found[1].split("; ")


class Refused(unittest.TestCase):
    def test_each_mistake_gets_one_error_that_names_type_and_cure(self):
        messages = messages_of("mistakes.cpp")
        # A message begins where the compiler enters an instantiation, and ends in its error.
        blocks = re.split(r"(?<=\n)(?=\S*step_check\.hpp: In instantiation)", messages)[1:]
        mistakes = list(mistakes_in("mistakes.cpp"))
        self.assertGreater(len(mistakes), 20)
        for number, words in mistakes:
            place = re.compile(rf"mistakes\.cpp:{number}:")
            about = [block for block in blocks if place.search(block)]
            self.assertEqual(len(about), 1, f"line {number} in:\n{messages}")
            for word in words:
                self.assertIn(word, about[0], f"line {number}")
        self.assertEqual(messages.count(" error: "), len(mistakes), messages)

    def test_an_overload_and_a_cut_name_are_told_with_their_cure(self):
        messages = messages_of("unmatched.cpp")
        for number, words in mistakes_in("unmatched.cpp"):
            self.assertRegex(messages, rf"unmatched\.cpp:{number}:")
            for word in words:
                self.assertIn(word, messages)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
