// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/run_result.hpp"

#include <gtest/gtest.h>

namespace lockstep {

TEST(run_result, long_lists_are_cut) {
  EXPECT_EQ(shortened(json::parse("[1, 2]")), "[1,2]");
  const json tour(1'000, 7);
  EXPECT_EQ(shortened({{"tour", tour}}), R"({"tour": [7, 7, 7, 7, 7, 7, 7, 7, … 1000 values]})");
}

} // namespace lockstep
