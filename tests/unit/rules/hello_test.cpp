// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/link/hello.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {

namespace {

using ::testing::HasSubstr;

hello head() {
  return {protocol_version, 3, "little", "0.18.7", "0.1.0", "head", "tower", "tower.example", 7};
}
hello node() {
  return {protocol_version, 3, "little", "0.18.7", "0.1.0", "node", "alpha", "alpha.example", 8};
}

TEST(hello, what_one_side_says_the_other_reads) {
  const auto wanted = read_hello_request(to_text(link_request{node()}));
  EXPECT_EQ(std::get<link_request>(wanted.value()).own, node());
  const auto answer = read_link_answer(to_text(link_answer{head()}));
  EXPECT_EQ(answer.value().own, head());
  const auto refused = read_link_answer(to_text(refusal{"no"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, "no");
}

TEST(hello, an_enrolment_is_read_with_and_without_a_token) {
  for (const std::string token : {"", "id.secret"}) {
    const auto wanted = read_hello_request(to_text(enrol_request{token, "beta", "CSR"}));
    EXPECT_EQ(std::get<enrol_request>(wanted.value()).token, token);
    EXPECT_EQ(std::get<enrol_request>(wanted.value()).request, "CSR");
  }
  const auto answer = read_enrol_answer(to_text(enrol_answer{"C", "A", "R"}));
  EXPECT_EQ(answer.value().authority, "A");
}

TEST(hello, two_that_fit_have_no_mismatch) {
  EXPECT_EQ(mismatch(head(), node()), "");
  auto other = node();
  other.lockstep = "0.2.0";
  other.caf = "0.18.9";
  EXPECT_EQ(mismatch(head(), other), "");
}

TEST(hello, each_mismatch_names_both_sides_and_what_to_do) { // GR-1, GR-2
  auto other = node();
  other.protocol = 3;
  EXPECT_EQ(mismatch(head(), other), "head tower speaks protocol 2, node alpha speaks protocol 3: "
                                     "install the same Lockstep on both");
  other = node();
  other.abi = 4;
  EXPECT_THAT(mismatch(head(), other), HasSubstr("ABI number 3, node alpha has ABI number 4"));
  other = node();
  other.byte_order = "big";
  EXPECT_THAT(mismatch(head(), other), HasSubstr("node alpha is big-endian"));
  other = node();
  other.caf = "1.1.0";
  EXPECT_THAT(
      mismatch(head(), other),
      HasSubstr("head tower was built with CAF 0.18.7, node alpha was built with CAF 1.1.0"));
  EXPECT_THAT(mismatch(head(), head()), HasSubstr("one must be a head, the other a node"));
}

TEST(hello, of_another_protocol_only_its_number_must_be_understood) {
  const auto wanted =
      read_hello_request(R"({"kind":"link","protocol":9,"role":"node","name":"alpha","abi":[]})");
  EXPECT_THAT(mismatch(head(), std::get<link_request>(wanted.value()).own),
              HasSubstr("protocol 9"));
}

TEST(hello, what_is_wrong_with_one_is_said) {
  const auto why = [](std::string_view text) {
    const auto wanted = read_hello_request(text);
    return wanted ? std::string{} : wanted.error().why;
  };
  EXPECT_THAT(why(""), HasSubstr("no JSON object"));
  EXPECT_THAT(why("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(why("{}"), HasSubstr("\"kind\" is missing"));
  EXPECT_THAT(why(R"({"kind":"x"})"), HasSubstr("neither \"link\" nor \"enrol\""));
  EXPECT_THAT(why(R"({"kind":"link","protocol":-1})"), HasSubstr("\"protocol\""));
  EXPECT_THAT(why(R"({"kind":"link","protocol":99999999999})"), HasSubstr("too large"));
  EXPECT_THAT(why(std::string(60'000, '[')), HasSubstr("nests too deep"));
}

TEST(hello, texts_of_strangers_are_bounded_and_hold_no_control_characters) { // GR-3
  EXPECT_EQ(shown("a\x1b[2Jb\nc\x7f"), "a [2Jb c ");
  EXPECT_EQ(shown("a\xc2\x9b"
                  "b"),
            "a  b");
  EXPECT_EQ(shown("\xc3\xbc\xc3\xbc", 3), "\xc3\xbc");
  EXPECT_EQ(shown(std::string(1'000, 'x')).size(), 300U);
  auto odd = node();
  odd.name = "al\x1bpha";
  odd.host = std::string(10'000, 'h');
  const auto wanted = read_hello_request(to_text(link_request{odd}));
  EXPECT_EQ(std::get<link_request>(wanted.value()).own.name, "al pha");
  EXPECT_EQ(std::get<link_request>(wanted.value()).own.host.size(), 255U);
}

TEST(hello, a_name_that_is_no_text_does_not_throw) {
  auto odd = node();
  odd.host = "\xff\xfe";
  EXPECT_TRUE(read_hello_request(to_text(link_request{odd})));
}

} // namespace

} // namespace lockstep
