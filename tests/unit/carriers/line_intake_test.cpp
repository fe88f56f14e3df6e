// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp/line_intake.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lockstep {

namespace {

using lines = std::vector<std::string>;

constexpr line_intake::line_limits limits{4, 8};
constexpr std::string_view client_hello{"\x16\x03\x01", 3};

/// All that there is; of a breach what the handler hears, in brackets.
lines all(line_intake& intake) {
  lines result;
  while (auto event = intake.next()) {
    if (const auto* line = std::get_if<std::string>(&*event))
      result.push_back(*line);
    else
      result.push_back("[" + std::get<line_breach>(*event).why_refused.value_or("") + "]");
  }
  return result;
}

/// What the peer is told by the breach that comes next.
std::string told(line_intake& intake) {
  const auto event = intake.next();
  return event ? *std::get<line_breach>(*event).last : "nothing";
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST(line_intake, lines_come_out_as_they_are_completed) {
  line_intake intake(limits, line_intake::carried::plainly);
  EXPECT_EQ(all(intake), lines{});
  intake.feed("one\nt");
  EXPECT_EQ(all(intake), lines{"one"});
  intake.feed("");
  intake.feed("wo\r\n\nx\n");
  EXPECT_EQ(all(intake), (lines{"two", "x"}));
}

TEST(line_intake, a_last_line_without_an_end_counts_once) {
  line_intake intake(limits, line_intake::carried::plainly);
  intake.feed("one\ntwo");
  EXPECT_EQ(all(intake), lines{"one"});
  intake.end();
  EXPECT_EQ(all(intake), lines{"two"});
  EXPECT_EQ(all(intake), lines{});
}

TEST(line_intake, lines_that_nobody_has_taken_before_the_end_stay_lines) {
  line_intake intake(limits, line_intake::carried::plainly);
  intake.feed("one\ntwo\nlast");
  intake.end();
  EXPECT_EQ(all(intake), (lines{"one", "two", "last"}));
}

TEST(line_intake, a_stream_that_ends_before_its_first_byte_has_no_lines) {
  line_intake intake(limits, line_intake::carried::plainly);
  intake.end();
  EXPECT_EQ(all(intake), lines{});
  EXPECT_FALSE(intake.overflowed());
}

TEST(line_intake, tls_where_none_is_spoken_is_a_breach_and_nothing_comes_after_it) {
  line_intake intake(limits, line_intake::carried::plainly);
  intake.feed(client_hello);
  intake.feed("\none\n");
  EXPECT_EQ(all(intake), lines{"[it began with TLS where none is spoken]"});
  intake.feed("two\n");
  intake.end();
  EXPECT_EQ(all(intake), lines{});
  EXPECT_FALSE(intake.overflowed());
}

TEST(line_intake, what_looks_like_tls_is_bytes_like_others_inside_tls_and_after_the_beginning) {
  const std::string odd(1, client_hello.front());
  line_intake inside(limits, line_intake::carried::by_tls);
  inside.feed(odd + "\n");
  EXPECT_EQ(all(inside), lines{odd});
  line_intake later(limits, line_intake::carried::plainly);
  later.feed("x\n");
  later.feed(odd + "\n");
  EXPECT_EQ(all(later), (lines{"x", odd}));
}

TEST(line_intake, http_is_a_breach_on_the_first_line_only) {
  constexpr std::string_view request = "GET / HTTP/1.1";
  constexpr line_intake::line_limits wide{100, 100};
  for (const auto how : {line_intake::carried::plainly, line_intake::carried::by_tls}) {
    line_intake first(wide, how);
    first.feed(std::string(request) + "\r\nHost: x\r\n");
    EXPECT_EQ(all(first), lines{"[it sent HTTP]"});
    line_intake second(wide, how);
    second.feed("{}\n" + std::string(request) + "\n");
    EXPECT_EQ(all(second), (lines{"{}", std::string(request)}));
    line_intake without_end(wide, how);
    without_end.feed(request);
    EXPECT_EQ(all(without_end), lines{});
    without_end.end();
    EXPECT_EQ(all(without_end), lines{"[it sent HTTP]"});
  }
}

TEST(line_intake,
     before_trust_a_line_has_the_smaller_limit_and_a_longer_one_is_told_to_the_handler) {
  line_intake intake(limits, line_intake::carried::plainly);
  intake.feed("1234\n12345\nx\n");
  EXPECT_FALSE(intake.is_trusted());
  EXPECT_EQ(all(intake), (lines{"1234", "[it sent a line of more than 4 bytes before it had shown "
                                        "a token]"}));
  EXPECT_TRUE(intake.overflowed());
  intake.feed("x\n");
  EXPECT_EQ(all(intake), lines{});
}

TEST(line_intake, after_trust_a_line_has_the_larger_limit_and_only_the_peer_is_told) {
  line_intake intake(limits, line_intake::carried::plainly);
  intake.trust();
  EXPECT_TRUE(intake.is_trusted());
  intake.feed("12345678\n123456789\n");
  EXPECT_EQ(all(intake), (lines{"12345678", "[]"}));
  EXPECT_TRUE(intake.overflowed());
}

TEST(line_intake, trust_that_comes_between_two_lines_counts_from_the_second) {
  line_intake intake(limits, line_intake::carried::plainly);
  intake.feed("key\n12345678\n");
  const auto first = intake.next();
  ASSERT_TRUE(first.has_value());
  intake.trust();
  EXPECT_EQ(all(intake), lines{"12345678"});
}

TEST(line_intake, a_line_is_too_long_before_its_end_has_come_and_at_the_end) {
  line_intake endless(limits, line_intake::carried::plainly);
  endless.feed("123456");
  EXPECT_EQ(all(endless).size(), 1U);
  EXPECT_TRUE(endless.overflowed());
  line_intake ended(limits, line_intake::carried::plainly);
  ended.feed("12345"); // the fifth byte could be the '\r' of an end
  EXPECT_EQ(all(ended), lines{});
  ended.end();
  EXPECT_EQ(all(ended).size(), 1U);
  EXPECT_TRUE(ended.overflowed());
}

TEST(line_intake, the_peer_is_told_what_it_did) {
  line_intake tls(limits, line_intake::carried::plainly);
  tls.feed(client_hello);
  EXPECT_TRUE(says(told(tls), "does not speak TLS"));
  line_intake http({100, 100}, line_intake::carried::plainly);
  http.feed("POST / HTTP/1.1\r\n");
  EXPECT_TRUE(says(told(http), "not HTTP"));
  line_intake unknown(limits, line_intake::carried::plainly);
  unknown.feed("123456");
  EXPECT_TRUE(says(told(unknown), "at most 4 bytes"));
  line_intake known(limits, line_intake::carried::plainly);
  known.trust();
  known.feed("1234567890");
  EXPECT_TRUE(says(told(known), "at most 8 bytes"));
}

} // namespace lockstep
