// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/result_waits.hpp"

#include <gtest/gtest.h>

namespace lockstep {

namespace {

using waiter = result_waits::waiter;

result_waits::time at(int seconds) {
  return result_waits::time{std::chrono::seconds{seconds}};
}

} // namespace

TEST(result_waits, who_waits_for_a_run_is_given_once_when_it_is_over) {
  result_waits waits;
  waits.add({1}, {10, 1}, at(9));
  waits.add({2}, {10, 2}, at(9));
  waits.add({1}, {20, 1}, at(5));
  EXPECT_EQ(waits.take({1}), (std::vector<waiter>{{10, 1}, {20, 1}}));
  EXPECT_TRUE(waits.take({1}).empty());
  EXPECT_EQ(waits.earliest(), at(9));
  EXPECT_EQ(waits.take_expired(at(9)), (std::vector<waiter>{{10, 2}}));
  EXPECT_FALSE(waits.earliest());
}

TEST(result_waits, whose_time_is_over_is_given_once_and_no_one_else) {
  result_waits waits;
  waits.add({1}, {10, 1}, at(3));
  waits.add({1}, {10, 2}, at(2));
  waits.add({1}, {10, 3}, at(4));
  EXPECT_TRUE(waits.take_expired(at(1)).empty());
  EXPECT_EQ(waits.take_expired(at(3)), (std::vector<waiter>{{10, 2}, {10, 1}}));
  EXPECT_EQ(waits.earliest(), at(4));
  EXPECT_EQ(waits.take({1}), (std::vector<waiter>{{10, 3}}));
  EXPECT_FALSE(waits.earliest());
}

TEST(result_waits, they_go_with_their_connection) {
  result_waits waits;
  for (std::uint64_t connection = 1; connection <= 3; ++connection)
    for (std::uint64_t token = 1; token <= 100; ++token)
      waits.add({token % 7}, {connection, token}, at(static_cast<int>(token)));
  waits.drop(2);
  for (std::uint64_t run = 0; run < 3; ++run)
    for (const auto& one : waits.take({run}))
      EXPECT_NE(one.connection, 2U);
  waits.drop(1);
  for (const auto& one : waits.take_expired(at(100)))
    EXPECT_EQ(one.connection, 3U);
  EXPECT_FALSE(waits.earliest());
}

} // namespace lockstep
