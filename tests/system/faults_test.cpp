// SPDX-License-Identifier: BSD-3-Clause

#include "tests/folders.hpp"
#include "tests/system/fixtures/programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace lockstep {

namespace {

using testing::HasSubstr;

constexpr std::chrono::seconds soon{2};

bool is_running_step(running_head& head, const std::string& run) {
  return !head.connect().call("runs.get", {{"run", run}}).at("step").is_null();
}

bool all_gone(const std::vector<pid_t>& pids) {
  return std::ranges::none_of(pids, is_alive);
}

} // namespace

TEST(faults, an_exception_of_a_constructor_is_the_runs_error) {
  running_head head;
  const auto ended = head.result_of(head.start("constructor_throws"));
  EXPECT_EQ(ended.at("state"), "failed");
  const auto& error = ended.at("error");
  EXPECT_EQ(error.at("solver"), 1);
  EXPECT_EQ(error.at("node"), "n1");
  EXPECT_EQ(error.at("step"), "constructor");
  EXPECT_EQ(error.at("type"), "misbehaving::own_error");
  EXPECT_EQ(error.at("text"), "no room for solver 1");
}

TEST(faults, an_exception_of_a_step_is_the_runs_error_and_harms_nobody) {
  running_head head;
  const auto error = head.result_of(head.start("step_throws")).at("error");
  EXPECT_EQ(error.at("solver"), 1);
  EXPECT_EQ(error.at("step"), "act");
  EXPECT_EQ(error.at("type"), "misbehaving::own_error");
  EXPECT_EQ(error.at("text"), "division by zero in cell 7");
  EXPECT_EQ(head.connect().call("solvers.list").at(1).at("restarts"), 0);
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
}

TEST(faults, a_plan_may_catch_a_failed_step) {
  running_head head;
  EXPECT_EQ(head.result_of(head.start("caught")).at("result"), "caught");
}

TEST(faults, an_exception_of_a_plan_is_the_runs_error) {
  running_head head;
  const auto error = head.result_of(head.start("plan_throws")).at("error");
  EXPECT_FALSE(error.contains("step")); // a plan is no step
  EXPECT_EQ(error.at("type"), "misbehaving::own_error");
  EXPECT_EQ(error.at("text"), "the plan has no idea");
}

TEST(faults, a_crash_of_a_worker_is_told_with_signal_and_its_own_last_lines_and_mended) {
  running_head head;
  head.result_of(head.start("print")); // another worker of the same place
  const auto error = head.result_of(head.start("segfault")).at("error");
  EXPECT_EQ(error.at("solver"), 1);
  EXPECT_EQ(error.at("type"), "worker_died");
  EXPECT_EQ(error.at("signal"), SIGSEGV);
  EXPECT_THAT(error.at("log").get<std::string>(), HasSubstr("about to go wrong"));
  EXPECT_THAT(error.at("log").get<std::string>(), testing::Not(HasSubstr("this is what solver 1")));
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  EXPECT_EQ(head.connect().call("solvers.list").at(1).at("restarts"), 1);
}

TEST(faults, a_node_that_nobody_started_says_how_it_is_named_a_head) {
  const auto node = (test_folders::programs() / "node").string();
  for (const std::string descriptor : {"3<&-", "3</dev/null"}) { // a shell may have one open there
    const auto ended =
        to_its_end(start_program("/bin/sh", {"-c", "exec " + node + " " + descriptor}, true));
    EXPECT_EQ(ended.exit_code, 2) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr("no head is named: say where it is with --join HOST:PORT"));
    EXPECT_THAT(ended.output, testing::Not(HasSubstr("caf")));
  }
}

TEST(faults, an_exit_of_a_worker_is_told_with_its_code) {
  running_head head;
  const auto error = head.result_of(head.start("exit")).at("error");
  EXPECT_EQ(error.at("exit_code"), 3);
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
}

TEST(faults, kill_9_of_a_worker_fails_its_run_and_the_next_one_works) {
  running_head head;
  const auto run = head.start("wait");
  ASSERT_TRUE(becomes_true([&] { return is_running_step(head, run); }))
      << head.connect().call("runs.get", {{"run", run}}) << head.connect().call("solvers.status");
  ::kill(head.worker_pid(0), SIGKILL);
  const auto error = head.result_of(run).at("error");
  EXPECT_EQ(error.at("signal"), SIGKILL);
  EXPECT_EQ(error.at("solver"), 0);
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  EXPECT_EQ(head.connect().call("solvers.list").at(0).at("restarts"), 1);
}

TEST(faults, the_time_of_a_step_that_failed_is_nobodys) {
  running_head head;
  const auto run = head.start("wait");
  ASSERT_TRUE(becomes_true([&] {
    return is_running_step(head, run) &&
           head.connect().call("solvers.status").at(1).at("seconds") >= 0.5;
  }));
  ::kill(head.worker_pid(0), SIGKILL);
  const auto metrics = head.result_of(run).at("figures");
  EXPECT_LT(metrics.at("seconds"), 0.5) << metrics;
}

TEST(faults, kill_9_of_the_node_ends_its_workers_and_a_new_one_comes) {
  running_head head;
  const auto run = head.start("wait");
  ASSERT_TRUE(becomes_true([&] { return is_running_step(head, run); }))
      << head.connect().call("runs.get", {{"run", run}}) << head.connect().call("solvers.status");
  const auto node = head.node_pid();
  std::vector<pid_t> below;
  ASSERT_TRUE(becomes_true([&] { return (below = family_of(node)).size() >= 4; }));
  ::kill(node, SIGKILL);
  EXPECT_TRUE(becomes_true([&] { return all_gone(below); }, soon));
  EXPECT_EQ(head.result_of(run).at("error").at("type"), "node_lost");
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  EXPECT_NE(head.node_pid(), node);
}

TEST(faults, kill_9_of_the_head_leaves_nothing_and_a_second_start_works_at_once) {
  pid_t pid = 0;
  std::vector<pid_t> family;
  address where;
  {
    running_head head;
    head.start("loop");
    head.worker_pid(1);
    pid = head.pid();
    where = head.where();
    ASSERT_TRUE(becomes_true([&] { return (family = family_of(pid)).size() >= 5; }));
    ::kill(pid, SIGKILL);
    head.wait(soon);
    EXPECT_TRUE(becomes_true([&] { return all_gone(family); }, soon));
  }
  EXPECT_THROW(connection{where}, cannot_connect);
  running_head second;
  const auto ended = second.result_of(second.start("nothing"));
  EXPECT_EQ(ended.at("state"), "done") << ended;
}

class ending_signal : public testing::TestWithParam<int> {};

TEST_P(ending_signal, ends_head_node_and_workers_cleanly) {
  running_head head;
  head.start("loop");
  head.worker_pid(1);
  const auto family = family_of(head.pid());
  ::kill(head.pid(), GetParam());
  const auto ended = head.wait(std::chrono::seconds{5});
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 0);
  EXPECT_TRUE(becomes_true([&] { return all_gone(family); }, soon));
}

INSTANTIATE_TEST_SUITE_P(signals, ending_signal, testing::Values(SIGTERM, SIGINT));

TEST(faults, a_step_over_its_time_limit_fails_and_its_solver_is_replaced) {
  running_head head;
  const auto error = head.result_of(head.start("late")).at("error");
  EXPECT_EQ(error.at("type"), "time_limit");
  EXPECT_EQ(error.at("solver"), 1);
  EXPECT_THAT(error.at("text").get<std::string>(), HasSubstr("200 ms"));
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
  EXPECT_EQ(head.connect().call("solvers.list").at(1).at("restarts"), 1);
}

TEST(faults, an_answer_over_the_payload_limit_names_step_and_size) {
  running_head head{{"--solvers", "2", "--payload-bytes", "65536"}};
  const auto error = head.result_of(head.start("big_answer")).at("error");
  EXPECT_EQ(error.at("step"), "grow");
  EXPECT_THAT(error.at("text").get<std::string>(), HasSubstr("65536"));
}

} // namespace lockstep
