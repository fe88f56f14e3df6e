// SPDX-License-Identifier: BSD-3-Clause

#include "platform/text/nesting.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace lockstep {

namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i)
    result += text;
  return result;
}

} // namespace

TEST(nesting, nesting_is_allowed_up_to_the_limit_and_refused_beyond) {
  EXPECT_FALSE(nests_deeper(repeated("[", 64), 64));
  EXPECT_TRUE(nests_deeper(repeated("[", 65), 64));
  EXPECT_FALSE(nests_deeper("[" + repeated("[],", 1'000), 2));
}

TEST(nesting, brackets_in_strings_do_not_nest) {
  EXPECT_FALSE(nests_deeper("[\"" + repeated("[", 100) + "\\\"" + repeated("{", 100) + "\"]", 1));
}

} // namespace lockstep
