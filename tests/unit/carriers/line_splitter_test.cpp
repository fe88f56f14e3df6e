// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/line_splitter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lockstep {

namespace {

using lines = std::vector<std::string>;

lines all(line_splitter& splitter) {
  lines result;
  while (auto line = splitter.next())
    result.push_back(*std::move(line));
  return result;
}

} // namespace

TEST(line_splitter, lines_are_cut_wherever_the_stream_is) {
  const std::string stream = "one\ntwo\r\n\n\r\nthree\n";
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    line_splitter splitter(100);
    lines result;
    for (std::size_t i = 0; i < stream.size(); i += piece) {
      splitter.feed(std::string_view(stream).substr(i, piece));
      for (auto& line : all(splitter))
        result.push_back(line);
    }
    EXPECT_EQ(result, (lines{"one", "two", "three"})) << piece;
    EXPECT_FALSE(splitter.rest().has_value());
  }
}

TEST(line_splitter, the_rest_is_what_came_after_the_last_end_of_line) {
  line_splitter splitter(100);
  splitter.feed("one\ntw");
  EXPECT_EQ(all(splitter), lines{"one"});
  splitter.feed("o\r");
  EXPECT_EQ(all(splitter), lines{});
  EXPECT_EQ(splitter.rest(), "two");
  EXPECT_FALSE(splitter.rest().has_value());
}

TEST(line_splitter, a_line_of_the_limit_passes_and_one_more_byte_does_not) {
  for (const auto* end : {"\n", "\r\n"}) {
    line_splitter splitter(3);
    splitter.feed("abc" + std::string(end));
    EXPECT_EQ(all(splitter), lines{"abc"});
    EXPECT_FALSE(splitter.overflowed());
    splitter.feed("abcd" + std::string(end));
    EXPECT_EQ(all(splitter), lines{});
    EXPECT_TRUE(splitter.overflowed());
  }
}

TEST(line_splitter, lines_before_one_that_is_too_long_are_given) {
  line_splitter splitter(3);
  splitter.feed("a\nb\nabcdefg");
  EXPECT_EQ(all(splitter), (lines{"a", "b"}));
  EXPECT_TRUE(splitter.overflowed());
  splitter.feed("\nc\n");
  EXPECT_EQ(all(splitter), lines{});
}

TEST(line_splitter, a_line_without_end_overflows_before_its_end) {
  line_splitter splitter(1'000);
  for (int i = 0; i < 11; ++i) {
    splitter.feed(std::string(100, 'x'));
    EXPECT_EQ(all(splitter), lines{});
  }
  EXPECT_TRUE(splitter.overflowed());
  EXPECT_FALSE(splitter.rest().has_value());
}

} // namespace lockstep
