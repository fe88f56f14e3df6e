// SPDX-License-Identifier: BSD-3-Clause

#include "platform/output/captured_outputs.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {

namespace {

TEST(captured_outputs, each_has_its_own_newest_text) {
  captured_outputs outputs{100, 1'000};
  outputs.append(1, "a line\n");
  outputs.append(2, "of another\n");
  outputs.append(1, "and one more\n");
  const auto first = outputs.tail(1, 100);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->first, "a line\nand one more\n");
  EXPECT_EQ(first->second, 0U);
  EXPECT_EQ(outputs.tail(1, 13)->first, "and one more\n");
  EXPECT_EQ(outputs.tail(1, 13)->second, 7U);
  EXPECT_FALSE(outputs.tail(3, 100));
}

TEST(captured_outputs, the_oldest_are_forgotten_first_and_never_the_one_that_prints) {
  captured_outputs outputs{100, 150};
  const std::string text(60, 'x');
  for (const unsigned who : {1U, 2U, 3U})
    outputs.append(who, text);
  EXPECT_FALSE(outputs.tail(1, 100));
  EXPECT_TRUE(outputs.tail(2, 100));
  EXPECT_TRUE(outputs.tail(3, 100));
  outputs.append(2, std::string(500, 'y'));
  EXPECT_TRUE(outputs.tail(2, 100));
}

} // namespace

} // namespace lockstep
