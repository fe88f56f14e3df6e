// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/time_text.hpp"

#include <gtest/gtest.h>

namespace lockstep {

using namespace std::chrono_literals;

TEST(time_text, durations_are_seconds_minutes_hours_or_days) {
  EXPECT_EQ(parse_duration("45s"), 45s);
  EXPECT_EQ(parse_duration("30m"), 30min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("7d"), 7 * 24h);
  EXPECT_EQ(parse_duration("3650d"), 3650 * 24h);
}

TEST(time_text, anything_else_is_no_duration) {
  for (const auto* text : {"", "1", "h", "0h", "-1h", "+1h", "1.5h", "1 h", "1hh", "1w", " 1h",
                           "3651d", "99999999999999999999s", "315360001s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(time_text, a_time_is_written_in_utc) {
  EXPECT_EQ(utc_text(std::chrono::system_clock::from_time_t(1'795'493'095)),
            "2026-11-24T04:04:55Z");
}

} // namespace lockstep
