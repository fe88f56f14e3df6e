// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/rules/simulated_link.hpp"

#include <gtest/gtest.h>

namespace lockstep {

namespace {

using seconds = simulated_link::seconds;

constexpr double mbit = 1e6 / 8;
constexpr seconds begun{1000};

/// The share of the link's rate that payloads got until `end`.
double share_of_rate(simulated_link& link, seconds end) {
  const auto since = link.now();
  const auto before = link.arrived();
  link.run_until(end);
  return double(link.arrived() - before) / (end - since).count() / link.rate_;
}

} // namespace

TEST(credit, a_slow_link_is_busy_and_a_status_never_waits_a_tenth_of_a_second) {
  for (const double delay : {0.001, 0.02, 0.05}) {
    SCOPED_TRACE("one-way delay " + std::to_string(delay));
    simulated_link link{10 * mbit, seconds{delay}};
    link.run_until(begun + seconds{2});
    EXPECT_GT(share_of_rate(link, begun + seconds{30}), 0.9);
    EXPECT_LT(link.longest_queue(), seconds{0.1});
  }
}

TEST(credit, a_fast_link_is_filled_within_half_a_second) {
  simulated_link link{10'000 * mbit, seconds{0.0001}};
  link.run_until(begun + seconds{0.5});
  EXPECT_GT(share_of_rate(link, begun + seconds{2}), 0.95);
  EXPECT_GE(link.rule.window(), std::size_t{4} << 20U);
  EXPECT_LT(link.longest_queue(), seconds{0.05});
}

TEST(credit, a_fast_link_with_a_long_delay_gets_as_much_as_the_largest_window_holds) {
  simulated_link link{10'000 * mbit, seconds{0.05}};
  link.run_until(begun + seconds{3});
  const double possible = double(credit::window_max) / 0.1 / link.rate_;
  EXPECT_GT(share_of_rate(link, begun + seconds{8}), 0.9 * possible);
  EXPECT_LE(link.rule.under_way(), credit::window_max);
}

TEST(credit, a_link_that_becomes_slower_has_no_long_queue_a_second_later) {
  simulated_link link{1'000 * mbit, seconds{0.005}};
  link.run_until(begun + seconds{2});
  link.rate_ = 100 * mbit;
  link.run_until(begun + seconds{3.5});
  link.longest_queue();
  EXPECT_GT(share_of_rate(link, begun + seconds{9}), 0.9);
  EXPECT_LT(link.longest_queue(), seconds{0.1});
}

TEST(credit, a_longer_route_is_believed_after_some_seconds) { // CR-4
  simulated_link link{10 * mbit, seconds{0.005}};
  link.run_until(begun + seconds{5});
  link.delay_ = seconds{0.1};
  link.run_until(begun + seconds{20});
  link.longest_queue();
  EXPECT_GT(share_of_rate(link, begun + seconds{50}), 0.75);
  EXPECT_LT(link.longest_queue(), seconds{0.1});
}

TEST(credit, a_pause_begins_anew_and_a_window_that_was_not_used_does_not_grow) { // CR-3
  simulated_link link{1'000 * mbit, seconds{0.001}};
  link.run_until(begun + seconds{1});
  EXPECT_GT(link.rule.window(), credit::window_at_first);
  link.idle_until(begun + seconds{5});
  EXPECT_TRUE(link.rule.next_piece(credit::time_point{std::chrono::seconds{1005}}));
  EXPECT_EQ(link.rule.window(), credit::window_at_first);
  credit unused;
  for (int i = 0; i < 100; ++i) {
    const auto now = credit::time_point{std::chrono::milliseconds{1'000'000 + 10 * i}};
    unused.acknowledged(unused.send(1'000, now), now + std::chrono::milliseconds{1});
  }
  EXPECT_EQ(unused.window(), credit::window_at_first);
}

TEST(credit, there_is_always_a_piece_where_nothing_is_under_way) {
  credit rule;
  credit::time_point now{std::chrono::seconds{1}};
  for (int i = 0; i < 50; ++i) { // each worse than the one before
    ASSERT_TRUE(rule.next_piece(now));
    const auto sent = rule.send(*rule.next_piece(now), now);
    now += std::chrono::milliseconds{100 * (i + 1)};
    rule.acknowledged(sent, now);
  }
  EXPECT_GE(rule.window(), credit::window_min);
  EXPECT_EQ(rule.under_way(), 0U);
}

} // namespace lockstep
