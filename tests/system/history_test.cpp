// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include "control/client/exit_code.hpp"
#include "control/rpc/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {

namespace {

using testing::HasSubstr;

std::string start_telling(running_head& head, json parameters) {
  return head.connect()
      .call("runs.start", {{"model", "telling"}, {"parameters", std::move(parameters)}})
      .at("run");
}

int code_of_error(connection& link, const std::string& method, json params) {
  try {
    link.call(method, std::move(params));
  } catch (const call_failed& failed) {
    return failed.code;
  }
  return 0;
}

} // namespace

TEST(history, numbers_that_are_not_finite_kill_no_client_and_travel_as_the_docs_say) {
  running_head head;
  auto watching = head.connect();
  watching.call("events.subscribe", {{"kinds", {"progress", "run_finished"}}});
  const auto ended =
      run_control({"--at", to_string(head.where()), "run", "telling", "--what", "numbers"});
  EXPECT_EQ(ended.exit_code, exit_code::done) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr(R"(done: {"exact": true, "gap": null, "list": [1.5,null]})"));
  int seen = 0;
  for (auto event = watching.next_event(std::chrono::seconds{10}); event;
       event = watching.next_event(std::chrono::seconds{10})) {
    if (event->at("kind") == "run_finished")
      break;
    ASSERT_TRUE(event->at("fraction").is_number()) << *event;
    EXPECT_GE(event->at("fraction"), 0.0);
    EXPECT_LE(event->at("fraction"), 1.0);
    ++seen;
  }
  EXPECT_GT(seen, 0);
  auto link = head.connect();
  for (const auto& one : link.call("solvers.status"))
    EXPECT_TRUE(one.at("fraction").is_number()) << one;
  EXPECT_EQ(link.call("runs.reports", {{"run", "r1"}}).at(0).at("report"),
            json::parse(R"({"gap": null, "progress": null})"));
  EXPECT_TRUE(link.call("runs.get", {{"run", "r1"}}).at("parameters").at("limit").is_null());
  const auto described = link.call("models.describe", {{"model", "telling"}});
  for (const auto& one : described.at("parameters"))
    if (one.at("name") == "limit") {
      EXPECT_TRUE(one.at("default").is_null());
      EXPECT_FALSE(one.contains("minimum"));
    }
}

TEST(history, solvers_and_seed_are_told_before_the_first_report) {
  const running_head head;
  for (int i = 0; i < 5; ++i) {
    const auto ended = run_control({"--at", to_string(head.where()), "run", "telling", "--what",
                                    "reports", "--reports", "3", "--seed", "7"});
    EXPECT_EQ(ended.exit_code, exit_code::done) << ended.output;
    const auto report = ended.output.find("report {");
    ASSERT_NE(report, std::string::npos) << ended.output;
    EXPECT_LT(ended.output.find(": 2 solvers, seed 7"), report) << ended.output;
  }
}

TEST(history, more_than_a_page_of_reports_comes_in_pages_that_are_all_of_them) {
  running_head head;
  const auto run = start_telling(head, {{"reports", 30}, {"bytes", 100'000}});
  EXPECT_EQ(head.result_of(run).at("result"), 30);
  auto link = head.connect();
  std::uint64_t next = 0;
  int pages = 0;
  for (auto page = link.call("runs.reports", {{"run", run}}); !page.empty();
       page = link.call("runs.reports", {{"run", run}, {"from", next}})) {
    ASSERT_EQ(page.front().at("number"), next);
    next = page.back().at("number").get<std::uint64_t>() + 1;
    ++pages;
  }
  EXPECT_EQ(next, 30U);
  EXPECT_GE(pages, 3);
}

TEST(history, steps_come_in_pages_that_are_all_of_them_where_one_asks_from_the_last_number) {
  running_head head;
  const auto run = head.start("nothing", {{"parameters", {{"steps", 25}}}});
  EXPECT_EQ(head.result_of(run).at("state"), "done");
  auto link = head.connect();
  std::uint64_t last = 0;
  std::size_t count = 0;
  const auto page = [&] {
    return link.call("runs.steps", {{"run", run}, {"from", last}, {"count", 10}});
  };
  for (auto steps = page(); !steps.empty(); steps = page()) {
    ASSERT_EQ(steps.front().at("number"), last + 1);
    last = steps.back().at("number");
    count += steps.size();
  }
  EXPECT_EQ(last, 25U);
  EXPECT_EQ(count, 25U);
}

TEST(history, fifty_readers_of_a_long_run_get_their_answers_and_lose_no_node) {
  running_head head;
  const auto read = head.start("nothing", {{"parameters", {{"steps", 2'000}}}});
  EXPECT_EQ(head.result_of(read).at("state"), "done");
  const auto steps = head.start("nothing", {{"parameters", {{"steps", 2'000}}}});
  std::vector<test::client> readers;
  constexpr std::size_t calls_of_each = 4;
  for (int i = 0; i < 50; ++i) {
    readers.emplace_back(head.where());
    std::string lines;
    for (std::size_t call = 0; call < calls_of_each; ++call) {
      const json params{{"run", read}, {"from", 40 * i}, {"count", 100}};
      const json request{{"jsonrpc", "2.0"},
                         {"id", call},
                         {"method", call % 2 == 0 ? "runs.steps" : "runs.list"},
                         {"params", call % 2 == 0 ? params : json::object()}};
      lines += request.dump() + '\n';
    }
    ASSERT_TRUE(readers.back().send(lines));
  }
  for (auto& reader : readers)
    for (std::size_t call = 0; call < calls_of_each; ++call) {
      const auto answer = reader.line();
      ASSERT_TRUE(answer);
      ASSERT_EQ(answer->find(R"("error":{)"), std::string::npos) << *answer;
    }
  EXPECT_EQ(head.result_of(steps).at("state"), "done");
  const auto nodes = head.connect().call("nodes.list");
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes.at(0).at("node"), "n1"); // the first that there was
}

TEST(history, who_is_told_why_a_run_was_cancelled_hears_what_was_so) {
  running_head head;
  std::string run;
  {
    auto gone = head.connect();
    run = gone.call("runs.start", {{"model", "misbehaving"},
                                   {"parameters", {{"what", "wait"}}},
                                   {"end_with_connection", true}})
              .at("run");
  }
  EXPECT_EQ(head.result_of(run).value("why", ""), "its client is gone");
  const auto at = to_string(head.where());
  const auto told = run_control({"--at", at, "result", run});
  EXPECT_THAT(told.output, HasSubstr("cancelled because its client is gone"));
  const auto limited =
      run_control({"--at", at, "run", "misbehaving", "--what", "wait", "--time-limit", "0.2"});
  EXPECT_THAT(limited.output, HasSubstr("cancelled because its time limit was over"));
  const auto asked = head.start("wait");
  head.connect().call("runs.cancel", {{"run", asked}});
  EXPECT_EQ(head.result_of(asked).value("why", ""), "a client asked for that");
}

TEST(history, a_list_of_runs_that_is_longer_than_a_page_is_shown_whole) {
  running_head head{{"--no-node"}, 0};
  for (int i = 0; i < 9; ++i)
    start_telling(head, {{"what", std::string(300'000, 'x')}});
  EXPECT_LT(head.connect().call("runs.list").size(), 9U);
  const auto listed = run_control({"--at", to_string(head.where()), "list"});
  EXPECT_THAT(listed.output, HasSubstr("\nr1 "));
  EXPECT_THAT(listed.output, HasSubstr("\nr9 "));
}

TEST(history, what_is_too_large_to_be_kept_is_told_and_the_head_goes_on) {
  running_head head{{"--solvers", "1", "--history-bytes", "1048576"}};
  const auto large = start_telling(head, {{"what", "large_result"}, {"bytes", 300'000}});
  const auto failed = head.result_of(large);
  EXPECT_EQ(failed.at("state"), "failed");
  EXPECT_EQ(failed.at("error").at("type"), "result_too_large");
  EXPECT_THAT(failed.at("error").at("text").get<std::string>(), HasSubstr("--history-bytes"));
  const auto many = start_telling(head, {{"reports", 200}, {"bytes", 10'000}});
  EXPECT_EQ(head.result_of(many).at("state"), "done");
  const auto kept = head.connect().call("runs.reports", {{"run", many}});
  ASSERT_FALSE(kept.empty());
  EXPECT_GT(kept.front().at("number"), 90) << "of 2 MB at most one is kept";
  EXPECT_EQ(kept.back().at("number"), 199);
  const auto report = start_telling(head, {{"reports", 1}, {"bytes", 20'000}});
  head.result_of(report);
  EXPECT_THAT(head.connect().call("runs.reports", {{"run", report}}).dump(),
              HasSubstr("over the limit of 16384 bytes"));
  auto link = head.connect();
  EXPECT_EQ(
      code_of_error(link, "runs.start",
                    {{"model", "telling"}, {"parameters", {{"what", std::string(600'000, 'x')}}}}),
      rpc_code::limit_exceeded);
}

TEST(history, one_connection_does_not_take_all_subscriptions_and_they_go_with_it) {
  running_head head{{"--no-node"}, 0};
  {
    auto greedy = head.connect();
    for (int i = 0; i < 100; ++i)
      greedy.call("events.subscribe");
    EXPECT_EQ(code_of_error(greedy, "events.subscribe", json::object()), rpc_code::limit_exceeded);
    EXPECT_EQ(code_of_error(greedy, "events.unsubscribe", {{"subscription", 1}}), 0);
    EXPECT_EQ(code_of_error(greedy, "events.subscribe", json::object()), 0);
    EXPECT_EQ(head.connect().call("events.subscribe").at("subscription"), 102);
  }
  // Connections come and go: more than all together may have at once.
  for (int i = 0; i < 101; ++i) {
    auto next = head.connect();
    for (int j = 0; j < 100; ++j)
      ASSERT_EQ(code_of_error(next, "events.subscribe", json::object()), 0) << i;
  }
}

TEST(history, who_waits_for_a_result_gets_it_at_the_end_or_is_told_in_time) {
  running_head head;
  auto link = head.connect();
  const auto run = head.start("wait");
  EXPECT_EQ(code_of_error(link, "runs.result", {{"run", run}, {"wait_ms", 50}}),
            rpc_code::not_finished);
  EXPECT_EQ(code_of_error(link, "runs.result", {{"run", "r99"}, {"wait_ms", 50}}),
            rpc_code::no_such_run);
  head.connect().call("runs.cancel", {{"run", run}});
  EXPECT_EQ(head.result_of(run).at("state"), "cancelled");
}

} // namespace lockstep
