// SPDX-License-Identifier: BSD-3-Clause

#include "platform/output/captured_output.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace lockstep {

TEST(captured_output, all_is_kept_below_the_limit) {
  captured_output output{100};
  output.append("one\n");
  output.append("two\n");
  EXPECT_EQ(output.tail(100), (std::pair{std::string{"one\ntwo\n"}, std::uint64_t{0}}));
}

TEST(captured_output, nothing_was_printed_at_first) {
  EXPECT_EQ(captured_output{10}.tail(10), (std::pair{std::string{}, std::uint64_t{0}}));
}

TEST(captured_output, a_tail_begins_at_a_line) {
  captured_output output{100};
  output.append("first line\nsecond line\nthird\n");
  EXPECT_EQ(output.tail(10), (std::pair{std::string{"third\n"}, std::uint64_t{23}}));
  EXPECT_EQ(output.tail(6), (std::pair{std::string{"third\n"}, std::uint64_t{23}}));
}

TEST(captured_output, a_line_longer_than_the_tail_is_cut) {
  captured_output output{100};
  output.append("0123456789");
  EXPECT_EQ(output.tail(4), (std::pair{std::string{"6789"}, std::uint64_t{6}}));
}

TEST(captured_output, the_newest_bytes_survive_and_all_are_counted) {
  captured_output output{10};
  for (int i = 0; i < 1'000; ++i)
    output.append("line " + std::to_string(i) + '\n');
  const auto [text, before] = output.tail(10);
  EXPECT_EQ(text, "line 999\n");
  EXPECT_EQ(before, 10U * 7 + 90U * 8 + 900U * 9 - text.size());
}

TEST(captured_output, one_piece_over_the_limit_keeps_its_end) {
  captured_output output{10};
  output.append(std::string(1'000, 'x') + "0123456789");
  EXPECT_EQ(output.tail(1'000).first, "0123456789");
  EXPECT_EQ(output.tail(1'000).second, 1'000U);
}

TEST(captured_output, at_most_twice_the_limit_is_held) {
  captured_output output{1'000};
  for (int i = 0; i < 10'000; ++i) {
    output.append("0123456789");
    ASSERT_LE(output.tail(1'000'000).first.size(), 2'000U);
  }
}

TEST(captured_output, several_threads_may_use_it) {
  captured_output output{1'000};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int line = 0; line < 1'000; ++line) {
          output.append("line\n");
          (void)output.tail(100);
        }
      });
  }
  const auto [text, before] = output.tail(1'000);
  EXPECT_EQ(text.size() + before, 4U * 1'000U * 5U);
}

} // namespace lockstep
