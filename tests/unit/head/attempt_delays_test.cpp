// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/attempt_delays.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {

namespace {

using namespace std::chrono_literals;
using attempt_time = attempt_delays::time_point;

const attempt_time start{1'000s};

} // namespace

TEST(attempt_delays, nobody_waits_who_has_not_failed) {
  const attempt_delays delays;
  EXPECT_EQ(delays.not_before("a", start), start);
}

TEST(attempt_delays, each_failure_doubles_the_wait_up_to_a_limit) {
  attempt_delays delays;
  auto now = start;
  for (const auto wait : {200ms, 400ms, 800ms, 1'600ms, 3'200ms, 5'000ms, 5'000ms}) {
    delays.failed("a", now);
    EXPECT_EQ(delays.not_before("a", now), now + wait);
    now += wait;
  }
  for (int i = 0; i < 1'000; ++i)
    delays.failed("a", now);
  EXPECT_EQ(delays.not_before("a", now), now + 5s);
}

TEST(attempt_delays, failures_are_counted_by_source_and_end_with_a_success) {
  attempt_delays delays;
  EXPECT_EQ(delays.failed("a", start), 1U);
  EXPECT_EQ(delays.failed("a", start), 2U);
  EXPECT_EQ(delays.failed("b", start), 1U);
  delays.succeeded("a");
  EXPECT_EQ(delays.not_before("a", start), start);
  EXPECT_EQ(delays.failed("a", start), 1U);
}

TEST(attempt_delays, old_failures_are_forgotten) {
  attempt_delays delays;
  delays.failed("a", start);
  delays.failed("a", start);
  EXPECT_EQ(delays.failed("a", start + 10min), 1U);
}

TEST(attempt_delays, the_table_is_bounded_and_forgets_the_oldest) {
  attempt_delays delays{{200ms, 5s, 10min, 3}};
  for (int i = 0; i < 3; ++i)
    delays.failed(std::to_string(i), start + std::chrono::seconds{i});
  delays.failed("0", start + 3s);
  delays.failed("3", start + 4s);
  EXPECT_EQ(delays.size(), 3U);
  EXPECT_EQ(delays.failed("0", start + 5s), 3U);
  EXPECT_EQ(delays.failed("1", start + 5s), 1U);
}

TEST(attempt_delays, a_source_is_an_ipv4_address_or_a_network_of_ipv6) {
  EXPECT_EQ(source_of("192.0.2.1:8050"), "192.0.2.1");
  EXPECT_EQ(source_of("[2001:db8:1:2:3:4:5:6]:8050"), "2001:db8:1:2::/64");
  EXPECT_EQ(source_of("[2001:db8:1:2:ffff::]:1"), source_of("[2001:db8:1:2::1]:2"));
  EXPECT_NE(source_of("[2001:db8:1:3::1]:1"), source_of("[2001:db8:1:2::1]:1"));
}

} // namespace lockstep
