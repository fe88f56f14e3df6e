// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/deadlines.hpp"

#include <gtest/gtest.h>

namespace lockstep {

namespace {

using namespace std::chrono_literals;

const due_time start_of_deadlines{1h};

} // namespace

TEST(deadlines, a_timer_is_set_once_for_thousands_of_short_things_in_a_row) {
  deadlines<int> due;
  auto now = start_of_deadlines;
  due.set(1, now + 1h);
  EXPECT_EQ(due.timer(), now + 1h);
  for (int i = 0; i < 10'000; ++i) {
    due.remove(1);
    now += 1ms;
    due.set(1, now + 1h);
    ASSERT_EQ(due.timer(), std::nullopt);
  }
  due.rang(); // at the time of the first
  EXPECT_EQ(due.take_due(start_of_deadlines + 1h), std::nullopt);
  EXPECT_EQ(due.timer(), now + 1h);
}

TEST(deadlines, something_earlier_sets_the_timer_anew_and_all_that_is_due_comes_in_order_of_time) {
  deadlines<int> due;
  const auto now = start_of_deadlines;
  due.set(1, now + 3s);
  EXPECT_EQ(due.timer(), now + 3s);
  due.set(2, now + 2s);
  EXPECT_EQ(due.timer(), now + 2s);
  due.set(3, now + 9s);
  EXPECT_EQ(due.timer(), std::nullopt);
  due.rang();
  EXPECT_EQ(due.take_due(now + 4s), 2);
  EXPECT_EQ(due.take_due(now + 4s), 1);
  EXPECT_EQ(due.take_due(now + 4s), std::nullopt);
  EXPECT_EQ(due.timer(), now + 9s);
}

TEST(deadlines, a_timer_may_go_once_nothing_is_due) {
  deadlines<int> due;
  EXPECT_FALSE(due.rests()); // there is none
  due.set(1, start_of_deadlines);
  (void)due.timer();
  EXPECT_FALSE(due.rests());
  due.remove(1);
  EXPECT_TRUE(due.rests());
  due.set(1, start_of_deadlines);
  EXPECT_EQ(due.timer(), start_of_deadlines);
}

TEST(deadlines, no_limit_is_so_long_that_a_clock_overflows) {
  const auto far = deadline_after(start_of_deadlines, std::chrono::milliseconds::max());
  EXPECT_GT(far, start_of_deadlines + 24h * 365);
  EXPECT_EQ(deadline_after(start_of_deadlines, std::chrono::milliseconds::min()),
            start_of_deadlines);
}

} // namespace lockstep
