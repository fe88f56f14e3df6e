// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <chrono>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using test::client;

/// A thousand sockets need more descriptors than a shell gives.
void allow_many_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string ask(client& whom, const std::string& method, const std::string& params = "{}") {
  whom.send(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}\n");
  return whom.line().value_or("");
}

int error_code_of(client& whom, const std::string& bytes) {
  whom.send(bytes);
  const auto answer = whom.line();
  return answer ? json::parse(*answer).at("error").at("code").get<int>() : 0;
}

} // namespace

TEST(clients, a_thousand_idle_ones_leave_runs_and_answers_alone) {
  allow_many_descriptors();
  running_head head{{"--solvers", "2", "--connections", "1100"}};
  std::vector<client> idle;
  for (int i = 0; i < 1'000; ++i)
    idle.emplace_back(head.where());
  EXPECT_EQ(head.result_of(head.start("nothing", {{"parameters", {{"steps", 100}}}})).at("state"),
            "done");
  for (auto& each : idle) {
    const auto described = json::parse(ask(each, "system.describe"));
    ASSERT_TRUE(described.contains("result")) << described;
  }
}

TEST(clients, those_that_end_their_side_right_after_the_request_get_every_answer) {
  running_head head{{"--solvers", "1"}};
  for (int i = 0; i < 500; ++i) {
    client one{head.where()};
    one.send(R"([{"jsonrpc":"2.0","id":1,"method":"system.describe"},)"
             R"({"jsonrpc":"2.0","id":2,"method":"runs.list"}])"
             "\n");
    one.end();
    const auto answers = one.line();
    ASSERT_TRUE(answers) << "client " << i;
    ASSERT_EQ(json::parse(*answers).size(), 2U);
    ASSERT_TRUE(one.closed());
  }
}

TEST(clients, one_that_does_not_read_is_dropped_and_no_other_notices) {
  // Twice what a run tells, which the one who reads always has read before the next.
  running_head head{{"--solvers", "2", "--slow-reader-bytes", "4000000"}};
  client slow{head.where(), 65'536};
  ASSERT_NE(ask(slow, "events.subscribe").find("result"), std::string::npos);
  auto reader = head.connect();
  reader.call("events.subscribe", {{"kinds", {"report", "run_finished"}}});
  std::string run;
  for (int i = 0; i < 6; ++i) { // in all more than the kernel and the head hold for the other
    run = head.connect()
              .call("runs.start",
                    {{"model", "telling"}, {"parameters", {{"reports", 200}, {"bytes", 10'000}}}})
              .at("run");
    std::int64_t reports = 0;
    for (;;) {
      const auto event = reader.next_event(std::chrono::seconds{20});
      ASSERT_TRUE(event);
      if (event->at("kind") == "run_finished")
        break;
      EXPECT_EQ(event->at("report").at("number"), reports++);
    }
    EXPECT_EQ(reports, 200);
  }
  // What had been sent before still arrives; the end of the last run does not. If the runs took
  // longer than the carrier waits for one that takes nothing, it is cut off in the middle of a
  // line. After a long silence the kernel waits as long again before it sends the rest.
  bool heard_the_end = false;
  EXPECT_TRUE(becomes_true(
      [&] {
        while (const auto line = slow.line())
          heard_the_end |= line->find("run_finished") != std::string::npos &&
                           line->find('"' + run + '"') != std::string::npos;
        return slow.ends();
      },
      std::chrono::seconds{60}));
  EXPECT_FALSE(heard_the_end);
}

TEST(clients, nonsense_is_answered_and_harms_nobody) {
  running_head head{{"--solvers", "1", "--line-bytes", "10000", "--nesting", "20"}};
  client other{head.where()};
  const auto described = ask(other, "system.describe");
  const std::vector<std::pair<std::string, int>> nonsense{
      {"hello\n", -32700},
      {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"runs.\n", -32700},
      {std::string(100, '[') + std::string(100, ']') + "\n", -32600},
      {"\x01\x02\xff\xfe\n", -32700},
      {"[]\n", -32600},
      {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"runs.fly\"}\n", -32601},
      {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}\n", -32600},
      {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"runs.get\",\"params\":{\"run\":7}}\n", -32602},
      {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"runs.get\",\"params\":{\"run\":\"r7\"}}\n",
       -32001},
  };
  for (const auto& [bytes, code] : nonsense) {
    client talker{head.where()};
    EXPECT_EQ(error_code_of(talker, bytes), code) << bytes;
  }
  client endless{head.where()};
  EXPECT_NE(error_code_of(endless, std::string(20'000, 'x')), 0);
  EXPECT_EQ(ask(other, "system.describe"), described);
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
}

} // namespace lockstep
