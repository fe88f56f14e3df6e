// SPDX-License-Identifier: BSD-3-Clause

#include "actors/worker/progress_cell.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace lockstep {

TEST(progress_cell, a_word_to_stop_is_not_taken_back_by_one_that_reaches_less_far) {
  progress_cell cell;
  cell.begin(3, "work");
  cell.stop_up_to(2);
  EXPECT_FALSE(cell.cancelled());
  cell.stop_up_to(std::numeric_limits<std::uint64_t>::max()); // a cancel
  cell.stop_up_to(3);                                         // a throw in the same step
  cell.begin(4, "work");
  EXPECT_TRUE(cell.cancelled());
  cell.stop_none();
  cell.begin(1, "work");
  EXPECT_FALSE(cell.cancelled());
}

TEST(progress_cell, a_fraction_is_always_from_0_to_1_whatever_the_model_says) {
  progress_cell cell;
  cell.begin(1, "step");
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  cell.progress(nan, "");
  EXPECT_EQ(cell.fraction(), 0);
  cell.progress(0.25, "");
  cell.progress(-nan, "a note");
  EXPECT_EQ(cell.fraction(), 0.25);
  cell.progress(infinity, "");
  EXPECT_EQ(cell.fraction(), 1);
  cell.progress(-infinity, "");
  EXPECT_EQ(cell.fraction(), 0);
  EXPECT_EQ(cell.changes(), 5U);
}

TEST(progress_cell, what_was_told_in_one_run_is_not_told_in_the_next) {
  progress_cell cell;
  cell.begin(17, "work");
  cell.progress(0.5, "half");
  cell.end();
  cell.begin_run();
  EXPECT_EQ(cell.number(), 0U);
  EXPECT_EQ(cell.fraction(), 0);
  std::string step = "unread";
  std::string note = "unread";
  cell.read_text(step, note);
  EXPECT_EQ(step, "");
  EXPECT_EQ(note, "");
}

} // namespace lockstep
