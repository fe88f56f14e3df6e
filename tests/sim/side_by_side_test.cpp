// SPDX-License-Identifier: BSD-3-Clause

#include "tests/sim/payloads.hpp"
#include "tests/sim/simulated_cluster.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

// Runs that are under way at the same time: each on places of its own, none touched by another.

namespace lockstep {

namespace {

step_call step_named(const std::string& name, step_kind kind = step_kind::broadcast) {
  step_call call;
  call.kind = kind;
  call.key = call.name = name;
  call.arguments.push_back(byte_blob(0));
  return call;
}

std::string state_of_run(simulated_cluster& cluster, run_id run) {
  return cluster.describe(run).at("state");
}

std::vector<unsigned> indices(const std::optional<plan_answer>& answer) {
  std::vector<unsigned> all;
  if (answer)
    for (const auto& each : answer->answers)
      all.push_back(byte_of(each));
  return all;
}

json hosted_of(simulated_cluster& cluster, std::size_t node) {
  return cluster.list_of_nodes().at(node).at("runs");
}

} // namespace

TEST(side_by_side, runs_are_under_way_together_on_places_of_their_own) {
  simulated_cluster cluster{{2, 2}};
  const auto large = cluster.start_run(3);
  const auto small = cluster.start_run(1);
  ASSERT_EQ(cluster.plans.size(), 2U);
  EXPECT_EQ(hosted_of(cluster, 1),
            (json{{{"run", "r1"}, {"solvers", {2}}}, {{"run", "r2"}, {"solvers", {0}}}}));
  EXPECT_EQ(cluster.describe(large).at("nodes"), (json{"n1", "n2"}));
  EXPECT_EQ(cluster.describe(small).at("nodes"), json{"n2"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(indices(cluster.step(large, step_named("index"))), (std::vector<unsigned>{0, 1, 2}));
    EXPECT_EQ(indices(cluster.step(small, step_named("index"))), std::vector<unsigned>{0});
  }
  cluster.end_plan(small, 1);
  EXPECT_EQ(state_of_run(cluster, small), "done");
  EXPECT_EQ(indices(cluster.step(large, step_named("index"))).size(), 3U);
}

TEST(side_by_side, a_run_that_is_cancelled_in_a_step_leaves_the_others_untouched) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{2, 2}, seed};
    const auto cancelled = cluster.start_run(2);
    const auto other = cluster.start_run(2);
    const auto hanging = cluster.begin_step(cancelled, step_named("hang"));
    cluster.cancel(cancelled);
    cluster.world.advance(std::chrono::milliseconds{1}); // its grace is none
    ASSERT_EQ(indices(cluster.step(other, step_named("index"))), (std::vector<unsigned>{0, 1}));
    ASSERT_EQ(indices(cluster.step(other, step_named("told"))), (std::vector<unsigned>{0, 0}))
        << "its solvers are not asked to stop";
    ASSERT_TRUE(hanging->has_value());
    ASSERT_TRUE((*hanging)->cancelled);
    cluster.end_plan(other, 7);
    ASSERT_EQ(state_of_run(cluster, other), "done");
  }
}

TEST(side_by_side, payloads_of_runs_on_another_machine_do_not_mix_though_one_is_cancelled_or_over) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{4}, seed, {}, {0}};
    const auto cancelled = cluster.start_run(2);
    const auto left = cluster.start_run(1);
    const auto right = cluster.start_run(1);
    const auto before = 20 * seed; // messages, so that pieces are under way
    const auto lost = cluster.begin_step(
        cancelled, test::echo_call(step_kind::broadcast, {test::numbers(300'000, 1)}), before);
    for (int round = 0; round < 3; ++round) {
      const auto of_left = test::numbers(200'000 + 1'000 * seed, 2 + seed);
      const auto of_right = test::numbers(9'000, 3 + seed);
      const auto first =
          cluster.begin_step(left, test::echo_call(step_kind::broadcast, {of_left}), before);
      const auto second =
          cluster.begin_step(right, test::echo_call(step_kind::scatter, {of_right}), before);
      if (round == 1)
        cluster.cancel(cancelled);
      cluster.world.run();
      ASSERT_TRUE(first->has_value() && second->has_value());
      ASSERT_TRUE(test::equal((*first)->answers.at(0), of_left));
      ASSERT_TRUE(test::equal((*second)->answers.at(0), of_right));
      if (round == 1)
        cluster.end_plan(cancelled, nullptr);
    }
  }
}

TEST(side_by_side, a_worker_that_dies_breaks_its_own_run_only) {
  simulated_cluster cluster{{2}};
  const auto first = cluster.start_run(1);
  const auto second = cluster.start_run(1);
  cluster.workers[0]->crash({0});
  cluster.world.run();
  const auto broken = cluster.step(first, step_named("index"));
  ASSERT_TRUE(broken && broken->failed);
  EXPECT_EQ(broken->failed->type, "worker_died");
  EXPECT_EQ(indices(cluster.step(second, step_named("index"))), std::vector<unsigned>{0});
}

TEST(side_by_side, the_place_of_a_run_that_is_over_is_taken_by_the_next_in_the_queue) {
  simulated_cluster cluster{{2}};
  const auto first = cluster.start_run(1);
  cluster.start_run(1);
  const auto waiting = cluster.start_run(1);
  EXPECT_EQ(state_of_run(cluster, waiting), "queued");
  cluster.end_plan(first, 1);
  EXPECT_EQ(state_of_run(cluster, waiting), "running");
  EXPECT_EQ(indices(cluster.step(waiting, step_named("index"))), std::vector<unsigned>{0});
}

} // namespace lockstep
