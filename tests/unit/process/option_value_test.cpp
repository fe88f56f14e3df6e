// SPDX-License-Identifier: BSD-3-Clause

#include "platform/options/option_value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {

TEST(option_value, a_number_is_finite_and_within_its_limits) {
  for (const std::string good : {"0", "0.5", "1e3", "1000"})
    EXPECT_EQ(why_not_number(good, 0, 1'000), "") << good;
  for (const std::string bad : {"", "nan", "-nan", "NaN", "inf", "-1", "1000.5", "1s", "s", "1 2"})
    EXPECT_EQ(why_not_number(bad, 0, 1'000), "'" + bad + "' is no number from 0 to 1000");
}

TEST(option_value, workers_are_auto_or_a_whole_number_from_one) {
  for (const std::string good : {"auto", "1", "8", "64"})
    EXPECT_EQ(why_not_worker_count(good, 64), "") << good;
  for (const std::string bad :
       {"", "0", "-1", "65", "2.5", "2x", "automatic", "99999999999999999999"})
    EXPECT_EQ(why_not_worker_count(bad, 64),
              "'" + bad + "' is neither auto nor a number from 1 to 64");
}

} // namespace lockstep
