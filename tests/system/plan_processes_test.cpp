// SPDX-License-Identifier: BSD-3-Clause

#include "tests/folders.hpp"
#include "tests/system/fixtures/programs.hpp"
#include "tests/text_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

// Whatever a plan does to its process, its run alone suffers.

namespace lockstep {

namespace {

using testing::HasSubstr;

/// Those that have a run: beside them there are a template, and one that waits.
std::vector<pid_t> plans_of(const running_head& head) {
  const std::string begins{"lockstep-plan\0plan\0--run\0r", 26};
  std::vector<pid_t> plans;
  for (const auto pid : family_of(head.pid()))
    if (test::text_of("/proc/" + std::to_string(pid) + "/cmdline").starts_with(begins))
      plans.push_back(pid);
  return plans;
}

std::string printed_by_plan(const running_head& head, const std::string& run) {
  return run_control({"logs", "--at", to_string(head.where()), "--plan", run}).output;
}

struct way_to_die {
  const char* what;
  const char* text;
  const char* member;
  int value;
};

class dying_plan : public testing::TestWithParam<way_to_die> {};

TEST_P(dying_plan, fails_its_run_and_nothing_else) {
  running_head head;
  const auto dies = head.start(GetParam().what);
  const auto behind = head.start("nothing");
  const auto ended = head.result_of(dies);
  EXPECT_EQ(ended.at("state"), "failed");
  const auto& error = ended.at("error");
  EXPECT_EQ(error.at("type"), "plan_died");
  EXPECT_THAT(error.at("text").get<std::string>(), HasSubstr(GetParam().text));
  EXPECT_EQ(error.at(GetParam().member), GetParam().value);
  EXPECT_EQ(head.result_of(behind).at("state"), "done");
  EXPECT_EQ(plans_of(head), std::vector<pid_t>{});
}

INSTANTIATE_TEST_SUITE_P(
    ways, dying_plan,
    testing::Values(way_to_die{"plan_segfaults", "the plan's process was killed by signal 11",
                               "signal", SIGSEGV},
                    way_to_die{"plan_is_killed", "the plan's process was killed by signal 9",
                               "signal", SIGKILL},
                    way_to_die{"plan_exits",
                               "ended with exit code 0 before the plan returned: something in it "
                               "has called exit",
                               "exit_code", 0}),
    [](const auto& each) { return std::string{each.param.what}; });

TEST(plan_processes, the_last_lines_of_a_plan_that_died_stand_in_its_error_and_its_log) {
  running_head head;
  const auto run = head.start("plan_segfaults");
  EXPECT_EQ(head.result_of(run).at("error").at("log"), "about to go wrong\n");
  EXPECT_EQ(printed_by_plan(head, run), "about to go wrong\n");
}

TEST(plan_processes, what_a_plan_printed_is_there_when_its_run_is_over_and_is_its_own) {
  running_head head;
  const auto first = head.start("plan_prints");
  const auto second = head.start("nothing");
  head.result_of(second);
  EXPECT_EQ(printed_by_plan(head, first), "a line of the plan\nand another\n");
  EXPECT_EQ(printed_by_plan(head, second), "");
  const auto none = run_control({"logs", "--at", to_string(head.where()), "--plan", "r99"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.output, HasSubstr("There is no such run."));
}

TEST(plan_processes, one_that_does_not_return_after_a_cancel_is_killed) {
  running_head head;
  const auto stuck = head.start("plan_stuck", {{"cancel_grace_ms", 100}});
  std::vector<pid_t> plans;
  ASSERT_TRUE(becomes_true([&] {
    plans = plans_of(head);
    return plans.size() == 1;
  }));
  head.connect().call("runs.cancel", {{"run", stuck}});
  EXPECT_EQ(head.result_of(stuck).at("error").at("type"), "plan_given_up");
  EXPECT_TRUE(becomes_true([&] { return !is_alive(plans.front()); }));
}

TEST(plan_processes, they_end_with_their_head_also_where_it_is_killed) {
  running_head head;
  head.start("plan_stuck");
  std::vector<pid_t> plans;
  ASSERT_TRUE(becomes_true([&] {
    plans = plans_of(head);
    return plans.size() == 1;
  }));
  const auto family = family_of(head.pid());
  ::kill(head.pid(), SIGKILL);
  EXPECT_TRUE(becomes_true([&] { return std::ranges::none_of(family, is_alive); }));
}

TEST(plan_processes, what_one_has_started_ends_with_it) {
  running_head head;
  const auto run = head.start("plan_leaves_a_daemon");
  EXPECT_EQ(head.result_of(run).at("state"), "done");
  const auto printed = printed_by_plan(head, run);
  ASSERT_THAT(printed, testing::StartsWith("daemon "));
  const auto daemon = static_cast<pid_t>(std::stol(printed.substr(7)));
  EXPECT_FALSE(is_alive(daemon));
}

TEST(plan_processes, one_that_writes_over_its_link_fails_with_a_sentence_that_says_so) {
  running_head head;
  for (const auto* what : {"plan_writes_rubbish", "plan_writes_an_empty_frame"}) {
    const auto ended = head.result_of(head.start(what));
    EXPECT_EQ(ended.at("error").at("type"), "plan_died");
    EXPECT_THAT(ended.at("error").at("text").get<std::string>(),
                HasSubstr("it had written to descriptor 3, which is Lockstep's"));
  }
  EXPECT_EQ(head.result_of(head.start("nothing")).at("state"), "done");
}

} // namespace

} // namespace lockstep
