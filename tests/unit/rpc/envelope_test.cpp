// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/envelope.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {

namespace {

rpc_error only_error(const envelope& parsed) {
  EXPECT_EQ(parsed.entries.size(), 1U);
  const auto& entry = parsed.entries.at(0);
  return entry ? rpc_error{0, "not an error", nullptr} : entry.error();
}

int code_of(std::string_view line) {
  return only_error(parse_envelope(line)).code;
}

rpc_request only_request(std::string_view line) {
  const auto parsed = parse_envelope(line);
  return parsed.entries.at(0).value_or(rpc_request{});
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i)
    result += text;
  return result;
}

} // namespace

TEST(envelope, a_request_keeps_its_id_method_and_params) {
  const auto request =
      only_request(R"({"jsonrpc":"2.0","id":"a","method":"runs.get","params":{"run":"r1"}})");
  EXPECT_EQ(request.id, json("a"));
  EXPECT_EQ(request.method, "runs.get");
  EXPECT_EQ(request.params, json({{"run", "r1"}}));
}

TEST(envelope, a_request_without_params_has_an_empty_object) {
  EXPECT_EQ(only_request(R"({"jsonrpc":"2.0","id":1,"method":"m"})").params, json::object());
}

TEST(envelope, a_request_without_id_is_a_notification_and_one_with_a_null_id_is_not) {
  EXPECT_FALSE(only_request(R"({"jsonrpc":"2.0","method":"m"})").id.has_value());
  EXPECT_EQ(only_request(R"({"jsonrpc":"2.0","method":"m","id":null})").id, json(nullptr));
}

TEST(envelope, text_that_is_not_json_is_a_parse_error_that_says_where) {
  const auto error = only_error(parse_envelope(R"({"jsonrpc": "2.0", "method)"));
  EXPECT_EQ(error.code, rpc_code::parse_error);
  EXPECT_NE(error.message.find("column"), std::string::npos) << error.message;
  EXPECT_TRUE(error.data.contains("hint"));
}

TEST(envelope, a_parse_error_quotes_little_of_a_long_line) {
  EXPECT_LT(only_error(parse_envelope("\"" + std::string(100'000, 'x'))).message.size(), 400U);
}

TEST(envelope, members_of_a_wrong_type_are_invalid_requests) {
  for (const auto* line :
       {R"({"jsonrpc":"2.0","method":1,"params":"bar"})", R"({"jsonrpc":"1.0","method":"m"})",
        R"({"method":"m"})", R"({"jsonrpc":2.0,"method":"m"})", R"({"jsonrpc":"2.0","id":1})",
        R"({"jsonrpc":"2.0","method":"m","params":null})",
        R"({"jsonrpc":"2.0","method":"m","params":"bar"})",
        R"({"jsonrpc":"2.0","method":"m","id":{}})", R"({"jsonrpc":"2.0","method":"m","id":[1]})",
        R"({"jsonrpc":"2.0","method":"m","id":true})", "1", "\"text\"", "null", "{}", "[]"})
    EXPECT_EQ(code_of(line), rpc_code::invalid_request) << line;
}

TEST(envelope, a_batch_keeps_the_order_of_requests_and_refusals) {
  const auto parsed = parse_envelope(R"([1,{"jsonrpc":"2.0","id":1,"method":"m"},[]])");
  EXPECT_TRUE(parsed.batch);
  ASSERT_EQ(parsed.entries.size(), 3U);
  EXPECT_FALSE(parsed.entries[0]);
  EXPECT_TRUE(parsed.entries[1]);
  EXPECT_FALSE(parsed.entries[2]);
}

TEST(envelope, a_batch_over_the_limit_is_refused_as_a_whole) {
  const auto parsed = parse_envelope("[1,2,3]", {.batch = 2});
  EXPECT_FALSE(parsed.batch);
  EXPECT_NE(only_error(parsed).message.find("2"), std::string::npos);
}

TEST(envelope, a_line_over_the_limit_is_refused_unread) {
  EXPECT_EQ(only_error(parse_envelope("{}xxx", {.line_bytes = 4})).code, rpc_code::invalid_request);
}

TEST(envelope, a_million_brackets_are_refused_without_recursion) {
  for (const auto* text : {"[", "{\"a\":", "[{\"a\":"})
    EXPECT_EQ(only_error(parse_envelope(repeated(text, 500'000))).code, rpc_code::invalid_request);
}

TEST(envelope, numbers_beyond_all_bounds_are_parse_errors) {
  EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","method":"m","id":1e999})"), rpc_code::parse_error);
}

TEST(envelope, answers_hold_what_the_standard_asks_for) {
  EXPECT_EQ(json::parse(result_text(7, {{"a", 1}})),
            json::parse(R"({"jsonrpc":"2.0","id":7,"result":{"a":1}})"));
  EXPECT_EQ(json::parse(error_text(nullptr, {-32601, "No.", nullptr})),
            json::parse(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"No."}})"));
  EXPECT_EQ(json::parse(notification_text("event", {{"kind", "log"}})),
            json::parse(R"({"jsonrpc":"2.0","method":"event","params":{"kind":"log"}})"));
  EXPECT_EQ(batch_text({"1", "2"}), "[1,2]");
}

TEST(envelope, text_that_is_not_utf8_and_line_feeds_leave_the_line_whole) {
  const auto line = result_text(1, "a\xff\nb");
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(json::parse(line)["result"], "a\xef\xbf\xbd\nb");
}

TEST(envelope, an_id_is_handed_back_as_it_came_or_refused) {
  const auto with_id = [](const std::string& id) {
    return R"({"jsonrpc":"2.0","params":{"id":1e30},"id":)" + id + R"(,"method":"m"})";
  };
  for (const auto* id : {"0", "-1", "9007199254740993", "18446744073709551615",
                         "-9223372036854775808", "1.5", "1e+22", "0.0"})
    EXPECT_EQ(only_request(with_id(id)).id.value_or(json()).dump(), id);
  for (const auto* id : {"18446744073709551616", "340282366920938463463374607431768211455",
                         "-9223372036854775809", "0.12345678901234567891", "1e-400"})
    EXPECT_EQ(code_of(with_id(id)), rpc_code::invalid_request) << id;
}

TEST(envelope, an_id_that_cannot_be_handed_back_harms_no_other_request_of_its_batch) {
  const auto parsed = parse_envelope(R"([{"jsonrpc":"2.0","id":1.5,"method":"m"},7,)"
                                     R"({"jsonrpc":"2.0","id":18446744073709551616,"method":"m"},)"
                                     R"({"jsonrpc":"2.0","id":0.1,"method":"m"}])");
  ASSERT_EQ(parsed.entries.size(), 4U);
  EXPECT_TRUE(parsed.entries[0]);
  EXPECT_FALSE(parsed.entries[2]);
  EXPECT_TRUE(parsed.entries[3]);
}

} // namespace lockstep
