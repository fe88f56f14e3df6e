// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/start_attempts.hpp"

#include <gtest/gtest.h>

namespace lockstep {

using namespace std::chrono_literals;

TEST(start_attempts, three_failures_in_a_row_with_one_reason_are_hopeless) {
  start_attempts attempts;
  attempts.failed("no file");
  attempts.failed("no file");
  EXPECT_FALSE(attempts.is_hopeless());
  attempts.failed("no file");
  EXPECT_TRUE(attempts.is_hopeless());
  EXPECT_EQ(attempts.why(), "no file");
}

TEST(start_attempts, failures_with_changing_reasons_are_hopeless_after_twice_as_many) {
  start_attempts attempts;
  for (int i = 0; i < 5; ++i) {
    attempts.failed(std::to_string(i));
    EXPECT_FALSE(attempts.is_hopeless());
  }
  attempts.failed("last");
  EXPECT_TRUE(attempts.is_hopeless());
}

TEST(start_attempts, intervals_grow_up_to_a_limit_and_a_success_begins_anew) {
  start_attempts attempts;
  EXPECT_EQ(attempts.failed("x"), 100ms);
  EXPECT_EQ(attempts.failed("x"), 200ms);
  EXPECT_EQ(attempts.failed("x"), 400ms);
  for (int i = 0; i < 1'000; ++i)
    attempts.failed("x");
  EXPECT_EQ(attempts.failed("x"), start_attempts::longest_delay);
  attempts.succeeded();
  EXPECT_FALSE(attempts.is_hopeless());
  EXPECT_EQ(attempts.failed("x"), 100ms);
}

} // namespace lockstep
