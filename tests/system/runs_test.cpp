// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"

#include "actors/wire/limits.hpp"
#include "control/client/client_options.hpp"
#include "control/client/exit_code.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <csignal>

namespace lockstep {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string state_of(running_head& head, const std::string& run) {
  return head.connect().call("runs.get", {{"run", run}}).at("state");
}

/// A client without --at would use a head that somebody runs at the usual port.
bool usual_port_is_taken() {
  try {
    connection{address{"127.0.0.1", usual_port}};
    return true;
  } catch (const cannot_connect&) {
    return false;
  }
}

json last_line_of(const std::string& output) {
  const auto end = output.find_last_not_of('\n');
  const auto begin = output.rfind('\n', end);
  return json::parse(output.substr(begin == std::string::npos ? 0 : begin + 1));
}

} // namespace

TEST(runs, hello_runs_on_a_head_of_its_own_and_leaves_nothing) {
  if (usual_port_is_taken())
    GTEST_SKIP() << "something listens on port " << usual_port << ": stop it to run this test";
  const auto ended = run_control(
      {"run", "01_hello", "--least", "1", "--most", "3", "--workers", "2", "--json", "--at", ""});
  EXPECT_EQ(ended.exit_code, exit_code::done) << ended.output;
  const auto result = last_line_of(ended.output);
  EXPECT_EQ(result.at("state"), "done");
  EXPECT_EQ(result.at("result").at("sums").size(), 2U);
}

TEST(runs, the_parts_of_a_runs_time_add_up_and_show_who_waited) {
  running_head head;
  const auto begun = std::chrono::steady_clock::now();
  const auto ended = head.result_of(
      head.connect().call("runs.start", {{"model", "uneven"}}).at("run").get<std::string>());
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
  ASSERT_EQ(ended.at("state"), "done") << ended;
  const auto& metrics = ended.at("figures");
  double sum = 0;
  for (const auto* part : {"compute", "barrier_wait", "transfer", "reduce", "plan"}) {
    EXPECT_GE(metrics.at(part), 0) << part;
    sum += metrics.at(part).get<double>();
  }
  // By the plan's own clock, the test's, and the head's.
  EXPECT_GE(sum, ended.at("result").at("took").get<double>());
  EXPECT_LE(sum, passed.count());
  EXPECT_DOUBLE_EQ(sum, metrics.at("seconds").get<double>());
  // Half of the two solvers waits for half a second.
  EXPECT_GE(metrics.at("barrier_wait"), 0.2) << metrics;
  EXPECT_GT(metrics.at("reduce"), 0) << metrics;
}

TEST(runs, all_solvers_answer_status_while_they_compute) {
  running_head head;
  head.worker_pid(0);
  head.worker_pid(1);
  auto link = head.connect();
  const auto run =
      link.call("runs.start", {{"model", "01_hello"},
                               {"parameters", {{"least", 1'000'000}, {"most", 1'000'000}}}})
          .at("run")
          .get<std::string>();
  ASSERT_TRUE(becomes_true([&] {
    const auto all = link.call("solvers.status");
    return std::ranges::all_of(all, [](const json& one) { return one.at("fraction") > 0; });
  }));
  for (const auto& one : link.call("solvers.status")) {
    EXPECT_EQ(one.at("state"), "busy");
    EXPECT_EQ(one.at("run"), run);
    EXPECT_EQ(one.at("step"), "work");
    EXPECT_LT(one.at("answered_us"), 1e6);
  }
  link.call("runs.cancel", {{"run", run}});
  EXPECT_EQ(head.result_of(run).at("state"), "cancelled");
}

TEST(runs, wait_in_a_queue_and_are_done_in_their_order) {
  running_head head;
  const auto first = head.start("wait");
  const auto second = head.start("nothing");
  const auto third = head.start("nothing");
  EXPECT_EQ(state_of(head, second), "queued");
  EXPECT_EQ(state_of(head, third), "queued");
  head.connect().call("runs.cancel", {{"run", third}});
  EXPECT_EQ(state_of(head, third), "cancelled");
  head.connect().call("runs.cancel", {{"run", first}});
  EXPECT_EQ(head.result_of(first).at("state"), "cancelled");
  EXPECT_EQ(head.result_of(second).at("state"), "done");
}

TEST(runs, as_many_as_the_limit_wait_and_one_more_is_refused) {
  running_head head;
  auto client = head.connect();
  const json request{{"model", "misbehaving"}, {"parameters", {{"what", "wait"}}}};
  client.call("runs.start", request); // runs, and does not wait
  std::string last;
  for (std::size_t waiting = 0; waiting < limits::queued_runs; ++waiting)
    last = client.call("runs.start", request).at("run");
  EXPECT_EQ(client.call("runs.get", {{"run", last}}).at("queue").at("place"), limits::queued_runs);
  EXPECT_THROW(client.call("runs.start", request), call_failed);
  client.call("system.terminate", json::object());
  EXPECT_TRUE(head.wait(std::chrono::seconds{10}));
}

TEST(runs, pause_before_the_next_step_and_go_on) {
  running_head head;
  const auto run = head.start("nothing", {{"parameters", {{"steps", 2'000'000}}}});
  auto link = head.connect();
  ASSERT_TRUE(becomes_true([&] { return state_of(head, run) == "running"; }));
  link.call("runs.pause", {{"run", run}});
  ASSERT_TRUE(becomes_true([&] {
    return link.call("runs.get", {{"run", run}}).at("step").is_null();
  }));
  const auto steps = link.call("runs.get", {{"run", run}}).at("steps");
  for (int i = 0; i < 20; ++i)
    link.call("solvers.status");
  EXPECT_EQ(link.call("runs.get", {{"run", run}}).at("steps"), steps);
  EXPECT_THROW(link.call("runs.pause", {{"run", run}}), call_failed);
  link.call("runs.resume", {{"run", run}});
  EXPECT_TRUE(becomes_true([&] {
    return link.call("runs.get", {{"run", run}}).at("steps") > steps;
  }));
  link.call("runs.cancel", {{"run", run}});
  const auto ended = head.result_of(run);
  EXPECT_EQ(ended.at("state"), "cancelled");
  EXPECT_GT(ended.at("result").at("cancelled_after"), 0);
}

TEST(runs, cancel_lets_steps_return_and_the_plan_keep_its_result) {
  running_head head;
  const auto run = head.start("wait", {{"parameters", {{"steps", 5}}}});
  ASSERT_TRUE(becomes_true([&] { return state_of(head, run) == "running"; }));
  head.connect().call("runs.cancel", {{"run", run}});
  const auto ended = head.result_of(run);
  EXPECT_EQ(ended.at("state"), "cancelled");
  EXPECT_TRUE(ended.at("result").contains("cancelled_after"));
  EXPECT_EQ(head.connect().call("solvers.list").at(1).at("restarts"), 0);
}

TEST(runs, cancel_kills_and_replaces_a_solver_that_does_not_return) {
  running_head head;
  const auto run = head.start("loop");
  ASSERT_TRUE(becomes_true([&] {
    return !head.connect().call("runs.get", {{"run", run}}).at("step").is_null();
  }));
  head.connect().call("runs.cancel", {{"run", run}, {"grace_ms", 100}});
  EXPECT_EQ(head.result_of(run).at("state"), "cancelled");
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  EXPECT_EQ(head.connect().call("solvers.list").at(1).at("restarts"), 1);
}

TEST(runs, terminate_answers_first_and_then_everything_is_gone) {
  running_head head;
  head.worker_pid(1);
  const auto family = family_of(head.pid());
  head.start("loop");
  EXPECT_EQ(head.connect().call("system.terminate").at("terminating"), true);
  const auto ended = head.wait(std::chrono::seconds{5});
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 0);
  EXPECT_TRUE(becomes_true([&] { return std::ranges::none_of(family, is_alive); },
                           std::chrono::seconds{2}));
}

TEST(runs, only_the_control_port_is_open) {
  running_head head;
  head.worker_pid(1);
  EXPECT_THAT(listening_ports(family_of(head.pid())), ElementsAre(head.where().port));
}

TEST(runs, what_a_solver_logs_is_kept_and_streamed) {
  running_head head;
  auto link = head.connect();
  link.call("events.subscribe", {{"kinds", {"log"}}});
  head.result_of(head.start("log"));
  const auto event = link.next_event(std::chrono::seconds{10});
  ASSERT_TRUE(event);
  EXPECT_EQ(event->at("solver"), 1);
  EXPECT_EQ(event->at("text"), "hello from solver 1\n");
  EXPECT_EQ(link.call("solvers.logs", {{"solver", 1}}).at("text"), "hello from solver 1\n");
}

TEST(runs, every_step_has_figures) {
  running_head head;
  const auto run = head.start("nothing", {{"parameters", {{"steps", 3}}}});
  head.result_of(run);
  const auto steps = head.connect().call("runs.steps", {{"run", run}});
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[2].at("number"), 3);
  EXPECT_EQ(steps[2].at("name"), "act");
  EXPECT_EQ(steps[2].at("solver_seconds").size(), 2U);
  EXPECT_GE(steps[2].at("imbalance"), 1.0);
  EXPECT_EQ(steps[2].at("bytes_in"), 16);
  for (const auto i : {1U, 2U})
    EXPECT_GE(steps[i].at("began").get<double>(), steps[i - 1].at("began").get<double>() +
                                                      steps[i - 1].at("seconds").get<double>() -
                                                      1e-9);
}

TEST(runs, bad_models_and_parameters_are_refused_before_anything_runs) {
  running_head head;
  auto link = head.connect();
  const auto code_of = [&](json params) {
    try {
      link.call("runs.start", std::move(params));
      return 0;
    } catch (const call_failed& failed) {
      return failed.code;
    }
  };
  EXPECT_EQ(code_of({{"model", "nonexistent"}}), -32002);
  EXPECT_EQ(code_of({{"model", "/nonexistent/model.so"}}), -32007);
  EXPECT_EQ(code_of({{"model", "misbehaving"}, {"parameters", {{"steps", -1}}}}), -32003);
  EXPECT_EQ(code_of({{"model", "misbehaving"}, {"parameters", {{"stepz", 1}}}}), -32003);
  EXPECT_TRUE(link.call("runs.list").empty());
}

TEST(runs, models_of_several_libraries_run_on_one_head) {
  running_head head;
  auto link = head.connect();
  for (const auto* model : {"misbehaving", "02_step_kinds", "01_hello"}) {
    json parameters = json::object();
    if (model == std::string{"01_hello"})
      parameters = {{"least", 1}, {"most", 2}};
    const auto run = link.call("runs.start", {{"model", model}, {"parameters", parameters}});
    EXPECT_EQ(head.result_of(run.at("run")).at("state"), "done") << model;
  }
  EXPECT_GE(link.call("models.list").at("models").size(), 3U);
}

TEST(runs, a_library_that_throws_on_load_is_refused_and_harms_nobody) {
  running_head head;
  const auto refused = head.connect().call("models.list").at("refused").dump();
  EXPECT_THAT(refused, HasSubstr("throws_on_load.so"));
  EXPECT_THAT(refused, HasSubstr("wrong_abi.so"));
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
}

TEST(runs, garbage_on_one_connection_is_nothing_to_another) {
  running_head head;
  auto healthy = head.connect();
  const auto ended = run_control({"--at", to_string(head.where()), "call", "no.such.method"});
  EXPECT_EQ(ended.exit_code, exit_code::usage);
  EXPECT_THAT(ended.output, HasSubstr("no.such.method"));
  EXPECT_EQ(healthy.call("system.describe").at("name"), "lockstep");
}

TEST(runs, a_client_that_is_killed_takes_its_own_head_along) {
  if (usual_port_is_taken())
    GTEST_SKIP() << "something listens on port " << usual_port << ": stop it to run this test";
  auto client = start_control({"run", "misbehaving", "--what", "loop", "--workers", "2"});
  std::vector<pid_t> family;
  ASSERT_TRUE(becomes_true([&] { return (family = family_of(client.pid)).size() >= 6; }));
  ::kill(client.pid, SIGKILL);
  EXPECT_TRUE(
      becomes_true([&] { return std::ranges::none_of(std::span{family}.subspan(1), is_alive); },
                   std::chrono::seconds{2}));
  reap(client);
}

TEST(runs, a_head_whose_port_is_taken_says_so_and_ends) {
  running_head head;
  const auto ended = run_control({"serve", "--listen", to_string(head.where())});
  EXPECT_EQ(ended.exit_code, exit_code::failed);
  EXPECT_THAT(ended.output, HasSubstr(to_string(head.where())));
}

TEST(runs, exit_codes_say_what_happened) {
  running_head head;
  const auto at = to_string(head.where());
  EXPECT_EQ(run_control({"--at", at, "run", "misbehaving"}).exit_code, exit_code::done);
  EXPECT_EQ(run_control({"--at", at, "run", "misbehaving", "--what", "step_throws"}).exit_code,
            exit_code::failed);
  EXPECT_EQ(run_control({"--at", at, "run", "misbehaving", "--nonsense", "1"}).exit_code,
            exit_code::usage);
  EXPECT_EQ(run_control({"--at", "127.0.0.1:1", "status"}).exit_code, exit_code::cannot_connect);
  EXPECT_EQ(run_control({"--at", at, "run", "misbehaving", "--what", "wait", "--time-limit", "0.3"})
                .exit_code,
            exit_code::time_limit);
}

} // namespace lockstep
