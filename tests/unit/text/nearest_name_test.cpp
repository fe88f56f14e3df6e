// SPDX-License-Identifier: BSD-3-Clause

#include "platform/text/nearest_name.hpp"

#include <gtest/gtest.h>

namespace lockstep {

TEST(nearest_name, typing_errors_are_counted_with_swaps) {
  EXPECT_EQ(typing_errors("", "abc"), 3U);
  EXPECT_EQ(typing_errors("abc", "abc"), 0U);
  EXPECT_EQ(typing_errors("acb", "abc"), 1U);
  EXPECT_EQ(typing_errors("abcd", "axc"), 2U);
}

} // namespace lockstep
