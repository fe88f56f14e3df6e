// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/session.hpp"
#include "tests/unit/rpc/session_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::only_line;
using test::request;

constexpr const char* token = R"({"jsonrpc":"2.0","id":0,"method":"session.authenticate",)"
                              R"("params":{"token":"x"}})";
constexpr const char* unanswered_token = R"({"jsonrpc":"2.0","method":"session.authenticate",)"
                                         R"("params":{"token":"x"}})";

bool is_nothing(const session_output& output) {
  return output.lines.empty() && output.calls.empty() && output.refused.empty() && !output.close;
}

/// The line's token is checked, and gives this role.
std::vector<std::string> let_in(session& client, const session_output& asked,
                                access_role role = access_role::read) {
  client.set_role(role);
  return client.answer(asked.calls.back().token, "in");
}

/// "result" or the code of the error of each answer.
std::vector<json> kinds(const json& batch) {
  std::vector<json> all;
  for (const auto& one : batch)
    all.push_back(one.contains("result") ? json("result") : one.at("error").at("code"));
  return all;
}

} // namespace

TEST(order_behind_tokens, a_line_waits_for_the_answer_and_counts_with_the_role_that_it_gave) {
  session client;
  const auto asked = client.on_line(token);
  ASSERT_EQ(asked.calls.size(), 1U);
  EXPECT_TRUE(is_nothing(client.on_line(request(1))));
  EXPECT_FALSE(client.next()) << "it is not answered yet";
  EXPECT_EQ(only_line(let_in(client, asked))["id"], 0);
  const auto behind = client.next();
  ASSERT_TRUE(behind && behind->calls.size() == 1U);
  EXPECT_EQ(only_line(client.answer(behind->calls[0].token, 1))["id"], 1);
  EXPECT_FALSE(client.next());
  EXPECT_EQ(client.on_line(request(2)).calls.size(), 1U);
}

TEST(order_behind_tokens, behind_a_wrong_token_nobody_is_anybody) {
  session client;
  const auto asked = client.on_line(token);
  client.on_line(request(1));
  client.fail(asked.calls[0].token, make_rpc_error(rpc_code::unauthenticated, "No."));
  const auto behind = client.next();
  ASSERT_TRUE(behind);
  EXPECT_EQ(only_line(behind->lines)["error"]["code"], rpc_code::unauthenticated);
}

TEST(order_behind_tokens, a_lower_role_counts_for_what_stands_behind_it_too) {
  session client({}, "0", access_role::admin);
  const auto asked = client.on_line(token);
  client.on_line(request(1, "system.terminate"));
  let_in(client, asked, access_role::read);
  const auto behind = client.next();
  ASSERT_TRUE(behind);
  EXPECT_EQ(only_line(behind->lines)["error"]["code"], rpc_code::forbidden);
}

TEST(order_behind_tokens, the_rest_of_a_batch_waits_and_its_answers_are_one_line) {
  session client;
  const auto asked = client.on_line("[" + request(1) + "," + token + "," + request(2) + "]");
  ASSERT_EQ(asked.calls.size(), 1U);
  ASSERT_EQ(asked.refused.size(), 1U);
  EXPECT_TRUE(asked.lines.empty());
  EXPECT_TRUE(is_nothing(client.on_line(request(3))));
  EXPECT_TRUE(let_in(client, asked).empty());
  const auto rest = client.next();
  ASSERT_TRUE(rest && rest->calls.size() == 1U && rest->lines.empty());
  const auto behind = client.next();
  ASSERT_TRUE(behind && behind->calls.size() == 1U);
  EXPECT_EQ(only_line(client.answer(behind->calls[0].token, 3))["id"], 3);
  EXPECT_EQ(kinds(only_line(client.answer(rest->calls[0].token, 2))),
            (std::vector<json>{rpc_code::unauthenticated, "result", "result"}));
}

TEST(order_behind_tokens, a_batch_that_ends_with_a_token_or_whose_token_is_a_notification_works) {
  session client;
  auto asked = client.on_line("[" + request(1, "no.such") + "," + token + "]");
  EXPECT_EQ(kinds(only_line(let_in(client, asked))),
            (std::vector<json>{rpc_code::unauthenticated, "result"}));
  EXPECT_FALSE(client.next());
  asked = client.on_line("[" + request(1, "no.such") + "," + unanswered_token + "," +
                         request(2, "no.such") + "]");
  EXPECT_TRUE(asked.lines.empty());
  EXPECT_TRUE(let_in(client, asked).empty());
  const auto rest = client.next();
  ASSERT_TRUE(rest);
  EXPECT_EQ(kinds(only_line(rest->lines)),
            (std::vector<json>{rpc_code::method_not_found, rpc_code::method_not_found}));
  EXPECT_FALSE(client.next());
}

TEST(order_behind_tokens, each_of_several_in_one_batch_holds_back_what_follows_it) {
  session client;
  auto asked = client.on_line("[" + std::string{token} + "," + token + "," + request(1) + "]");
  ASSERT_EQ(asked.calls.size(), 1U);
  EXPECT_TRUE(let_in(client, asked).empty());
  asked = client.next().value_or(session_output{});
  ASSERT_EQ(asked.calls.size(), 1U);
  EXPECT_FALSE(client.next());
  EXPECT_TRUE(let_in(client, asked).empty());
  const auto rest = client.next();
  ASSERT_TRUE(rest && rest->calls.size() == 1U);
  EXPECT_EQ(only_line(client.answer(rest->calls[0].token, 1)).size(), 3U);
}

TEST(order_behind_tokens, what_comes_while_it_catches_up_stays_behind_what_waits) {
  session client;
  const auto asked = client.on_line(token);
  client.on_line(request(1, "no.such"));
  client.on_line(request(2, "no.such"));
  let_in(client, asked);
  EXPECT_EQ(only_line(client.next()->lines)["id"], 1);
  EXPECT_TRUE(is_nothing(client.on_line(request(3, "no.such"))));
  EXPECT_EQ(only_line(client.next()->lines)["id"], 2);
  EXPECT_EQ(only_line(client.next()->lines)["id"], 3);
  EXPECT_FALSE(client.next());
}

TEST(order_behind_tokens, calls_that_waited_count_as_in_flight) {
  session client(rpc_limits{.in_flight = 2});
  const auto asked =
      client.on_line("[" + std::string{token} + "," + request(1) + "," + request(2) + "]");
  client.on_line(request(3));
  let_in(client, asked);
  EXPECT_EQ(client.next()->calls.size(), 2U);
  EXPECT_EQ(client.in_flight(), 2U);
  EXPECT_EQ(only_line(client.next()->lines)["error"]["code"], rpc_code::limit_exceeded);
}

TEST(order_behind_tokens, more_lines_than_may_wait_close_the_connection) {
  session client;
  client.on_line(token);
  for (std::size_t i = 0; i < session::held_lines_max; ++i)
    EXPECT_TRUE(is_nothing(client.on_line(request(1))));
  const auto over = client.on_line(request(1));
  EXPECT_TRUE(over.close);
  EXPECT_EQ(only_line(over.lines)["error"]["code"], rpc_code::limit_exceeded);
}

TEST(order_behind_tokens, lines_that_wait_have_together_no_more_bytes_than_one_line_may) {
  session client(rpc_limits{.line_bytes = 1'000});
  const auto asked = client.on_line(token);
  EXPECT_FALSE(client.on_line(std::string(600, ' ')).close);
  EXPECT_FALSE(client.on_line(std::string(400, ' ')).close);
  EXPECT_TRUE(client.on_line(" ").close);
  let_in(client, asked);
  EXPECT_TRUE(client.next());
  EXPECT_FALSE(client.on_line(std::string(600, ' ')).close) << "what was taken waits no longer";
}

TEST(order_behind_tokens, it_is_not_finished_before_what_waited_is_answered) {
  session client;
  const auto asked = client.on_line(token);
  client.on_line(request(1));
  client.on_end();
  let_in(client, asked);
  EXPECT_FALSE(client.finished());
  const auto behind = client.next();
  EXPECT_FALSE(client.finished());
  EXPECT_FALSE(client.next());
  client.answer(behind->calls.at(0).token, 1);
  EXPECT_TRUE(client.finished());
}

} // namespace lockstep
