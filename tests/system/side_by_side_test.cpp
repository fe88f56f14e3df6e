// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

// Runs that are under way at the same time, in real processes.

namespace lockstep {

namespace {

std::string begin_progress(connection& link, int steps, double seconds) {
  return link
      .call("runs.start", {{"model", "03_progress"},
                           {"solvers", 1},
                           {"parameters", {{"steps", steps}, {"seconds", seconds}}}})
      .at("run");
}

bool computes(connection& link, const std::string& run) {
  const auto all = link.call("solvers.status");
  return std::ranges::any_of(
      all, [&](const json& one) { return one.at("run") == run && one.at("state") == "busy"; });
}

} // namespace

TEST(side_by_side, of_two_runs_of_one_solver_each_a_cancel_ends_one_and_leaves_the_other) {
  running_head head;
  auto link = head.connect();
  const auto kept = begin_progress(link, 1'000, 0.1);
  const auto cancelled = begin_progress(link, 1'000, 0.1);
  const auto next = begin_progress(link, 3, 0.01);
  ASSERT_TRUE(becomes_true([&] { return computes(link, kept) && computes(link, cancelled); }));
  const auto node = link.call("nodes.list").at(0);
  EXPECT_EQ(node.at("runs").size(), 2U) << node;
  EXPECT_EQ(link.call("runs.get", {{"run", next}}).at("state"), "queued");
  link.call("runs.cancel", {{"run", cancelled}});
  EXPECT_EQ(head.result_of(cancelled).at("state"), "cancelled");
  EXPECT_EQ(head.result_of(next).at("result").at("done"), 3) << "it has the place that is free";
  const auto other = link.call("runs.get", {{"run", kept}});
  EXPECT_EQ(other.at("state"), "running");
  EXPECT_EQ(other.at("error"), nullptr);
  ASSERT_TRUE(becomes_true([&] { return computes(link, kept); }));
}

TEST(side_by_side, the_death_of_a_solver_fails_its_own_run_and_no_other) {
  running_head head{{"--solvers", "3"}};
  auto link = head.connect();
  const auto kept = begin_progress(link, 20, 0.1);
  ASSERT_TRUE(becomes_true([&] { return computes(link, kept); }));
  const std::string dying =
      link.call("runs.start",
                {{"model", "misbehaving"}, {"solvers", 2}, {"parameters", {{"what", "segfault"}}}})
          .at("run");
  const auto failed = head.result_of(dying);
  EXPECT_EQ(failed.at("state"), "failed");
  EXPECT_EQ(failed.at("error").at("solver"), 1);
  const auto ended = head.result_of(kept);
  EXPECT_EQ(ended.at("state"), "done");
  EXPECT_EQ(ended.at("result").at("done"), 20);
}

} // namespace lockstep
