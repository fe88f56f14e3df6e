// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/session.hpp"
#include "tests/unit/rpc/session_lines.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {

namespace {

using test::only_line;
using test::request;

int code_of(const session_output& output) {
  EXPECT_TRUE(output.calls.empty());
  return only_line(output.lines)["error"]["code"].get<int>();
}

} // namespace

TEST(session, a_request_becomes_a_call_and_its_answer_a_line) {
  session client({}, "0", access_role::admin);
  const auto output = client.on_line(request(1));
  EXPECT_TRUE(output.lines.empty());
  ASSERT_EQ(output.calls.size(), 1U);
  EXPECT_EQ(output.calls[0].method, method_id::nodes_list);
  EXPECT_FALSE(output.calls[0].notification);
  EXPECT_EQ(only_line(client.answer(output.calls[0].token, json::array())),
            json::parse(R"({"jsonrpc":"2.0","id":1,"result":[]})"));
}

TEST(session, a_failed_call_becomes_an_error_line) {
  session client({}, "0", access_role::admin);
  const auto output = client.on_line(request(1));
  const auto line = only_line(
      client.fail(output.calls.at(0).token, make_rpc_error(rpc_code::no_such_run, "No.", "Do.")));
  EXPECT_EQ(line, json::parse(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"No.",
                                  "data":{"hint":"Do."}}})"));
}

TEST(session, answers_may_come_in_any_order_and_only_once) {
  session client({}, "0", access_role::admin);
  const auto first = client.on_line(request(1)).calls.at(0).token;
  const auto second = client.on_line(request(2)).calls.at(0).token;
  EXPECT_EQ(only_line(client.answer(second, 0))["id"], 2);
  EXPECT_EQ(only_line(client.answer(first, 0))["id"], 1);
  EXPECT_TRUE(client.answer(first, 0).empty());
  EXPECT_TRUE(client.fail(99, {}).empty());
}

TEST(session, a_notification_is_carried_out_and_never_answered) {
  session client({}, "0", access_role::admin);
  const auto output = client.on_line(R"({"jsonrpc":"2.0","method":"nodes.list"})");
  ASSERT_EQ(output.calls.size(), 1U);
  EXPECT_TRUE(output.calls[0].notification);
  EXPECT_EQ(client.in_flight(), 1U);
  EXPECT_TRUE(client.answer(output.calls[0].token, 1).empty());
  EXPECT_EQ(client.in_flight(), 0U);
}

TEST(session, a_notification_that_is_wrong_gets_no_answer) {
  session client({}, "0", access_role::admin);
  for (const auto* line : {R"({"jsonrpc":"2.0","method":"no.such"})",
                           R"({"jsonrpc":"2.0","method":"runs.get","params":[1,2]})",
                           R"({"jsonrpc":"2.0","method":"rpc.discover"})"}) {
    const auto output = client.on_line(line);
    EXPECT_TRUE(output.lines.empty()) << line;
    EXPECT_TRUE(output.calls.empty()) << line;
  }
}

TEST(session, errors_of_a_request_carry_its_id) {
  session client({}, "0", access_role::admin);
  const auto unknown = only_line(client.on_line(request(5, "nodes.lits")).lines);
  EXPECT_EQ(unknown["id"], 5);
  EXPECT_EQ(unknown["error"]["code"], rpc_code::method_not_found);
  const auto missing = only_line(client.on_line(request(6, "runs.get")).lines);
  EXPECT_EQ(missing["id"], 6);
  EXPECT_EQ(missing["error"]["code"], rpc_code::invalid_params);
}

TEST(session, the_examples_of_the_standard_get_the_answers_of_the_standard) {
  session client({}, "0", access_role::admin);
  EXPECT_EQ(code_of(client.on_line(R"({"jsonrpc": "2.0", "method": "foobar", "id": "1"})")),
            -32601);
  EXPECT_EQ(code_of(client.on_line(R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar"])")),
            -32700);
  EXPECT_EQ(code_of(client.on_line(R"({"jsonrpc": "2.0", "method": 1, "params": "bar"})")), -32600);
  EXPECT_EQ(code_of(client.on_line("[]")), -32600);
  const auto one = only_line(client.on_line("[1]").lines);
  ASSERT_TRUE(one.is_array());
  EXPECT_EQ(one.size(), 1U);
  const auto three = only_line(client.on_line("[1,2,3]").lines);
  ASSERT_EQ(three.size(), 3U);
  EXPECT_EQ(three[2]["id"], nullptr);
  EXPECT_EQ(three[2]["error"]["code"], -32600);
}

TEST(session, a_batch_is_answered_in_one_line_when_the_last_answer_is_there) {
  session client({}, "0", access_role::admin);
  const auto output =
      client.on_line("[" + request(1) + "," + request(2, "no.such") + ",7," +
                     R"({"jsonrpc":"2.0","method":"nodes.list"},)" + request(3) + "]");
  EXPECT_TRUE(output.lines.empty());
  ASSERT_EQ(output.calls.size(), 3U);
  EXPECT_TRUE(client.answer(output.calls[2].token, "third").empty());
  const auto line = only_line(client.answer(output.calls[0].token, "first"));
  ASSERT_EQ(line.size(), 4U);
  EXPECT_EQ(line[0]["result"], "first");
  EXPECT_EQ(line[1]["error"]["code"], -32601);
  EXPECT_EQ(line[2]["error"]["code"], -32600);
  EXPECT_EQ(line[3]["result"], "third");
  EXPECT_TRUE(client.answer(output.calls[1].token, "notification").empty());
}

TEST(session, a_batch_of_notifications_gets_no_answer) {
  session client({}, "0", access_role::admin);
  const auto output = client.on_line(R"([{"jsonrpc":"2.0","method":"nodes.list"},)"
                                     R"({"jsonrpc":"2.0","method":"nodes.list"}])");
  EXPECT_TRUE(output.lines.empty());
  for (const auto& call : output.calls)
    EXPECT_TRUE(client.answer(call.token, 0).empty());
}

TEST(session, calls_in_flight_are_limited_and_the_limit_frees_with_answers) {
  session client(rpc_limits{.in_flight = 2}, "0", access_role::admin);
  const auto token = client.on_line(request(1)).calls.at(0).token;
  client.on_line(request(2));
  const auto refused = only_line(client.on_line(request(3)).lines);
  EXPECT_EQ(refused["id"], 3);
  EXPECT_EQ(refused["error"]["code"], rpc_code::limit_exceeded);
  client.answer(token, 0);
  EXPECT_EQ(client.on_line(request(4)).calls.size(), 1U);
}

TEST(session, discover_is_answered_at_once_even_over_the_limit) {
  session client(rpc_limits{.in_flight = 0}, "9.9", access_role::read);
  const auto line = only_line(client.on_line(request(1, "rpc.discover")).lines);
  EXPECT_EQ(line["result"]["info"]["version"], "9.9");
}

TEST(session, it_is_finished_when_the_input_has_ended_and_all_is_answered) {
  session client({}, "0", access_role::admin);
  const auto token = client.on_line(request(1)).calls.at(0).token;
  EXPECT_FALSE(client.finished());
  client.on_end();
  EXPECT_FALSE(client.finished());
  client.answer(token, 0);
  EXPECT_TRUE(client.finished());
}

} // namespace lockstep
