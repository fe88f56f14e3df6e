#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What counts as the same in shape, and what does not."""

import unittest

from shape import difference, difference_of_background


class Shape(unittest.TestCase):
    def agree(self, shown, printed, background=()):
        self.assertIsNone(difference(shown, printed, background))

    def differ(self, shown, printed, background=()):
        self.assertIsNotNone(difference(shown, printed, background))

    def test_numbers_times_ids_and_paths_are_free(self):
        self.agree(["r1 done: 3.14 at 2026-11-23T17:59:33.366Z in /home/ann/x"],
                   ["r7 done: -1e-9 at 2027-01-01T00:00:00Z in /tmp/y/z"])

    def test_another_word_is_a_difference(self):
        self.differ(["r1 is paused"], ["r1 is running"])

    def test_a_line_that_is_missing_or_too_much_is_a_difference(self):
        self.differ(["a", "b"], ["a"])
        self.differ(["a"], ["a", "b"])
        self.differ([], ["a"])

    def test_lines_of_one_shape_come_as_often_as_they_like(self):
        self.agree(["solver 0: processor 0", "done"], ["solver 0: processor 0", "solver 1: processor 1", "done"])
        self.agree(["solver 0: processor 0", "solver 1: processor 1"], ["solver 0: processor 3"])

    def test_an_ellipsis_stands_for_any_lines_or_for_any_part_of_one(self):
        self.agree(["a", "…", "d"], ["a", "b", "c", "d"])
        self.agree(["token 73b5….3ccf… is new"], ["token ab.cd is new"])
        self.differ(["a", "…", "d"], ["a", "b"])

    def test_lines_of_the_background_come_at_any_time(self):
        self.agree(["b"], ["solver 1 core 1 pid 7", "b"], ["solver 0 core 0 pid 5"])
        self.differ(["b"], ["solver 1 core 1 pid 7", "b"])

    def test_what_runs_in_the_background_prints_in_any_order(self):
        self.assertIsNone(difference_of_background(["a", "b 1"], ["b 2", "b 3", "a"]))
        self.assertIsNotNone(difference_of_background(["a", "b"], ["b"]))
        self.assertIsNotNone(difference_of_background(["a"], ["a", "c"]))

    def test_a_number_has_as_many_digits_as_it_likes(self):
        self.agree(['"seconds": 6.025117579'], ['"seconds": 2.0667824'])

    def test_a_list_of_numbers_is_as_long_as_it_likes(self):
        self.agree(["cores [0,1]"], ["cores [0,1,2,3]"])

    def test_a_shell_tells_of_killed_jobs_when_it_likes(self):
        self.agree(["a"], ["bash: line 57: 312 Killed     build/release/control serve", "a"])

    def test_json_is_compared_by_its_keys_and_kinds(self):
        self.agree(['{"a":1,"b":[{"c":"x"}],"d":null}'], ['{"b":[{"c":"y"},{"c":"z"}],"a":2.5,"d":{"e":1}}'])
        self.differ(['{"a":1}'], ['{"a":"1"}'])
        self.differ(['{"a":1}'], ['{"a":1,"b":2}'])

    def test_progress_comes_and_goes(self):
        self.agree(["queued", "step 1 work   73 %  1 s left", "r1 done"], ["step 2 work   3 %", "r1 done"])


if __name__ == "__main__":
    unittest.main()
