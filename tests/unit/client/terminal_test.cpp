// SPDX-License-Identifier: BSD-3-Clause

#include "control/terminal/terminal.hpp"
#include "platform/output/standard_output.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace lockstep {

TEST(terminal_text, columns_are_those_of_characters_not_of_bytes) {
  EXPECT_EQ(columns_of("step"), 4U);
  EXPECT_EQ(columns_of("Zürich"), 6U);
  EXPECT_EQ(columns_of("東京"), 4U);
  EXPECT_EQ(columns_of("e\u0301"), 1U); // a letter and its accent
  EXPECT_EQ(columns_of("\xff\xfe"), 2U);
}

TEST(terminal_text, a_row_is_cut_between_characters_and_says_so) {
  EXPECT_EQ(row_of("Zürich", 6), "Zürich");
  EXPECT_EQ(row_of("Zürich", 3), "Zü…");
  EXPECT_EQ(row_of("東京都", 4), "東…");
  EXPECT_EQ(row_of("東京都", 5), "東京…");
  EXPECT_EQ(row_of("ab", 1), "…");
  EXPECT_EQ(row_of("ab", 0), "");
  for (std::size_t columns = 0; columns < 12; ++columns)
    EXPECT_LE(columns_of(row_of("a東é\u0301b京c", columns)), columns);
}

TEST(terminal_text, nothing_in_a_row_moves_the_cursor) {
  EXPECT_EQ(row_of("a\nb\r\033[2J\xff", 80), "a b  [2J?");
}

TEST(terminal_text, a_dumb_terminal_and_a_file_are_not_drawn_anew) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  ::setenv("TERM", "xterm", 1);
  EXPECT_TRUE(is_drawn_anew(terminal));
  const int file = ::open("/dev/null", O_RDWR);
  EXPECT_FALSE(is_drawn_anew(file));
  EXPECT_FALSE(terminal_columns(file));
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(is_drawn_anew(terminal));
  ::unsetenv("TERM");
  EXPECT_FALSE(is_drawn_anew(terminal));
  ::close(file);
  ::close(terminal);
}

} // namespace lockstep
