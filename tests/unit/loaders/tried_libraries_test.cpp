// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/tried_libraries.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace lockstep {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

const tried_libraries::time_point begin{std::chrono::hours{1}};

loaded_or_refused refusal(bool is_passing) {
  return refuse_library("/a.so", "cannot be loaded", is_passing);
}

} // namespace

TEST(tried_libraries, one_that_passes_counts_for_ten_seconds_and_right_after_a_trial_for_longer) {
  tried_libraries known;
  known.remember("/a.so", {.number = 1}, refusal(true), begin);
  const auto found = [&](auto later) {
    return known.find("/a.so", {.number = 1}, begin + later).has_value();
  };
  EXPECT_TRUE(found(milliseconds{10'000}));
  EXPECT_FALSE(found(milliseconds{10'001}));
  EXPECT_TRUE(known.find("/a.so", {.number = 1}, tried_libraries::time_point::min()));
  known.remember("/a.so", {.number = 1}, refusal(true), begin + hours{1});
  EXPECT_TRUE(found(hours{1})) << "it was tried again";
}

TEST(tried_libraries, others_count_until_the_file_changes) {
  tried_libraries known;
  known.remember("/a.so", {.number = 1}, refusal(false), begin);
  EXPECT_TRUE(known.find("/a.so", {.number = 1}, begin + hours{10'000}));
  EXPECT_FALSE(known.find("/a.so", {.number = 2}, begin));
  EXPECT_FALSE(known.find("/a.so", {.number = 2}, tried_libraries::time_point::min()));
  EXPECT_FALSE(known.find("/b.so", {.number = 1}, begin));
}

} // namespace lockstep
