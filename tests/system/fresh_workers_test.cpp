// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/text_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

namespace lockstep {

namespace {

using testing::Each;
using testing::IsSubsetOf;

constexpr std::chrono::seconds within_moments{5};

/// On all places, or on so many.
std::string start_spoiling(running_head& head, const std::string& what, std::size_t solvers = 0) {
  json asked{{"model", "spoiling"}, {"parameters", {{"what", what}}}};
  if (solvers != 0)
    asked["solvers"] = solvers;
  return head.connect().call("runs.start", asked).at("run");
}

json spoil(running_head& head, const std::string& what) {
  const auto ended = head.result_of(start_spoiling(head, what));
  EXPECT_EQ(ended.at("state"), "done") << ended;
  return ended.at("result");
}

std::vector<pid_t> pids_in(const json& of_solvers) {
  std::vector<pid_t> all;
  for (const auto& pids : of_solvers)
    std::ranges::copy(pids.get<std::vector<pid_t>>(), std::back_inserter(all));
  return all;
}

bool none_is_alive(const std::vector<pid_t>& pids) {
  return std::ranges::none_of(pids, is_alive);
}

/// The processes that a run on so many places has left behind, while it is still under way.
std::vector<pid_t> leave_daemons_and_wait(running_head& head, std::size_t solvers = 2) {
  const auto run = start_spoiling(head, "leave_daemons_and_wait", solvers);
  json reports;
  EXPECT_TRUE(becomes_true([&] {
    return !(reports = head.connect().call("runs.reports", {{"run", run}})).empty();
  })) << reports;
  auto left = pids_in(reports.at(0).at("report").at("pids"));
  EXPECT_EQ(left.size(), 4 * solvers);
  EXPECT_TRUE(std::ranges::all_of(left, is_alive));
  return left;
}

} // namespace

TEST(fresh_workers, what_a_run_did_to_its_processes_does_not_reach_the_next) {
  running_head head;
  const auto clean = spoil(head, "look").at("states");
  const auto spoilt = spoil(head, "spoil").at("states");
  EXPECT_NE(spoilt.at(0), clean.at(0));
  EXPECT_NE(spoilt.at(1), clean.at(1));
  EXPECT_EQ(spoil(head, "look").at("states"), clean);
  for (const auto& solver : head.connect().call("solvers.list"))
    EXPECT_EQ(solver.at("restarts"), 0) << "a planned exchange is none";
}

TEST(fresh_workers, are_prepared_while_a_run_is_under_way) {
  running_head head;
  const auto run = start_spoiling(head, "wait");
  std::vector<pid_t> all;
  // The node, the workers' template, a worker for each solver and its follower.
  ASSERT_TRUE(becomes_true([&] { return (all = family_of(head.node_pid())).size() == 6; }));
  const std::vector old{head.worker_pid(0), head.worker_pid(1)};
  head.connect().call("runs.cancel", {{"run", run}});
  head.result_of(run);
  spoil(head, "look");
  EXPECT_TRUE(becomes_true([&] { return none_is_alive(old); }));
  EXPECT_THAT(old, IsSubsetOf(all));
}

TEST(fresh_workers, are_copies_of_a_template_which_is_started_anew_where_it_was_killed) {
  running_head head;
  const auto slot_of = [](pid_t pid) { // the last word of its command line
    auto words = test::text_of("/proc/" + std::to_string(pid) + "/cmdline");
    words.erase(words.find_last_not_of('\0') + 1);
    return words.substr(words.rfind('\0') + 1);
  };
  EXPECT_EQ(slot_of(head.worker_pid(1)), "1");
  const auto find_template = [&] {
    const auto all = family_of(head.node_pid());
    const auto found = std::ranges::find(all, "template", slot_of);
    return found == all.end() ? 0 : *found;
  };
  const auto first = find_template();
  ASSERT_NE(first, 0);
  ::kill(first, SIGKILL);
  ASSERT_TRUE(becomes_true([&] { return !is_alive(first); }));
  for (int i = 0; i < 3; ++i)
    spoil(head, "look");
  EXPECT_NE(find_template(), 0);
  EXPECT_NE(find_template(), first);
  for (const auto& solver : head.connect().call("solvers.list"))
    EXPECT_EQ(solver.at("restarts"), 0) << "no worker has died";
}

TEST(fresh_workers, follow_where_a_destructor_does_not_return) {
  running_head head;
  const std::vector old{head.worker_pid(0), head.worker_pid(1)};
  spoil(head, "hang_in_destructor");
  spoil(head, "look");
  EXPECT_TRUE(none_is_alive(old));
}

TEST(fresh_workers, end_after_their_solvers_destructors_also_where_the_head_ends_at_once) {
  const auto file = testing::TempDir() + "last-words-" + std::to_string(::getpid()) + "-";
  const auto ended = run_control(
      {"run", "spoiling", "--what", "write_in_destructor", "--file", file, "--workers", "2"});
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
  for (const auto* index : {"0", "1"}) {
    EXPECT_TRUE(std::filesystem::remove(file + index)) << index << ended.output;
  }
}

TEST(leftovers, stay_below_their_worker_while_it_lives) {
  running_head head;
  const auto left = leave_daemons_and_wait(head);
  const auto half = left.begin() + static_cast<std::ptrdiff_t>(left.size() / 2);
  const std::vector of_first(left.begin(), half);
  const std::vector of_second(half, left.end());
  EXPECT_THAT(of_first, IsSubsetOf(family_of(head.worker_pid(0))));
  EXPECT_THAT(of_second, IsSubsetOf(family_of(head.worker_pid(1))));
}

TEST(leftovers, of_a_run_are_ended_while_those_of_another_go_on) {
  running_head head;
  const auto ending = leave_daemons_and_wait(head, 1);
  const auto staying = leave_daemons_and_wait(head, 1);
  head.connect().call("runs.cancel", {{"run", "r1"}});
  EXPECT_TRUE(becomes_true([&] { return none_is_alive(ending); }));
  EXPECT_EQ(head.connect().call("runs.get", {{"run", "r2"}}).at("state"), "running");
  EXPECT_TRUE(std::ranges::all_of(staying, is_alive));
  head.connect().call("runs.cancel", {{"run", "r2"}});
  EXPECT_TRUE(becomes_true([&] { return none_is_alive(staying); }));
}

TEST(leftovers, are_gone_before_the_next_run_begins) {
  running_head head;
  const auto result = spoil(head, "leave_daemons");
  EXPECT_THAT(result.at("alive").get<std::vector<bool>>(), Each(true)) << "during the run";
  const auto left = pids_in(result.at("pids"));
  EXPECT_EQ(left.size(), 8);
  spoil(head, "look");
  EXPECT_TRUE(none_is_alive(left));
}

TEST(leftovers, are_gone_after_a_run_whose_workers_have_all_died) {
  running_head head{{"--solvers", "1"}, 1};
  const auto left = leave_daemons_and_wait(head, 1);
  ::kill(head.worker_pid(0), SIGKILL);
  EXPECT_EQ(head.result_of("r1").at("state"), "failed");
  EXPECT_TRUE(becomes_true([&] { return none_is_alive(left); }, within_moments));
}

TEST(leftovers, are_gone_once_the_head_has_terminated) {
  running_head head;
  const auto left = leave_daemons_and_wait(head);
  head.connect().call("system.terminate");
  ASSERT_TRUE(head.wait(std::chrono::seconds{20}));
  EXPECT_TRUE(none_is_alive(left));
}

TEST(leftovers, are_ended_by_the_head_where_the_node_was_killed) {
  running_head head;
  const auto left = leave_daemons_and_wait(head);
  ::kill(head.node_pid(), SIGKILL);
  EXPECT_TRUE(becomes_true([&] { return none_is_alive(left); }, within_moments));
}

TEST(leftovers, are_ended_by_the_node_where_the_head_was_killed) {
  running_head head;
  const auto left = leave_daemons_and_wait(head);
  ::kill(head.pid(), SIGKILL);
  EXPECT_TRUE(becomes_true([&] { return none_is_alive(left); }, within_moments));
}

} // namespace lockstep
