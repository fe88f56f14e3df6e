// SPDX-License-Identifier: BSD-3-Clause

#include "tests/sim/simulated_cluster.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// Steps that fail on one node while others compute, time limits, and plans that do not return.

namespace lockstep {

namespace {

using namespace std::chrono_literals;

step_call one_call(const std::string& name, step_kind kind = step_kind::broadcast,
                   std::size_t arguments = 1) {
  step_call call;
  call.kind = kind;
  call.key = call.name = name;
  for (std::size_t i = 0; i < arguments; ++i)
    call.arguments.push_back(byte_blob(static_cast<unsigned>(i % 200)));
  return call;
}

void cancel(simulated_cluster& cluster, run_id run, std::chrono::milliseconds grace) {
  cluster.cancel(run, grace);
}

std::string state_now(simulated_cluster& cluster, run_id run) {
  return cluster.describe(run).at("state");
}

} // namespace

TEST(stopping, a_throw_on_one_node_asks_the_solvers_of_all_others_to_stop) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{2, 2, 2}, seed, {1}, {2}};
    const auto run = cluster.start_run();
    const auto answer = cluster.step(run, one_call("wait"));
    ASSERT_TRUE(answer && answer->failed); // without a word to stop it would wait for ever
    EXPECT_EQ(answer->failed->solver, 1U);
    // Nobody is told to stop in the step that a plan makes after it has caught the throw.
    const auto next = cluster.step(run, one_call("told"));
    ASSERT_TRUE(next && !next->failed);
    for (const auto& told : next->answers)
      EXPECT_EQ(byte_of(told), 0U);
  }
}

TEST(stopping, a_map_that_failed_on_one_node_is_not_worked_off_on_the_others) {
  simulated_cluster cluster{{1, 1}, 0, {0}};
  const auto run = cluster.start_run();
  auto call = one_call("wait", step_kind::map, 200);
  call.chunk = 1;
  // Each item waits until it is asked to stop; those handed out later would wait for ever.
  const auto answer = cluster.step(run, std::move(call));
  ASSERT_TRUE(answer && answer->failed);
  EXPECT_FALSE(cluster.step(run, one_call("index"))->failed);
}

TEST(stopping, a_death_on_one_node_fails_the_step_at_once_while_others_compute) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{1, 2}, seed};
    const auto run = cluster.start_run();
    const auto answer = cluster.begin_step(run, one_call("hang"));
    cluster.workers[0]->crash({0});
    cluster.world.run();
    ASSERT_TRUE(*answer && (*answer)->failed);
    EXPECT_EQ((*answer)->failed->type, "worker_died");
    EXPECT_EQ((*answer)->failed->step, "hang");
    const auto next = cluster.step(run, one_call("index"));
    ASSERT_TRUE(next && next->failed);
    EXPECT_EQ(next->failed->type, "worker_died");
    cluster.end_plan(run, nullptr);
    const auto second = cluster.start_run();
    const auto good = cluster.step(second, one_call("index"));
    ASSERT_TRUE(good && !good->failed);
    EXPECT_EQ(good->answers.size(), 3U);
  }
}

TEST(stopping, a_limit_that_has_passed_fails_the_step_before_anybody_begins_it) {
  simulated_cluster cluster{{1, 1}};
  const auto run = cluster.start_run();
  for (const auto limit : {0ms, -5ms}) {
    auto call = one_call("hang");
    call.time_limit = limit;
    const auto answer = cluster.step(run, std::move(call));
    ASSERT_TRUE(answer && answer->failed);
    EXPECT_EQ(answer->failed->type, "time_limit");
    EXPECT_EQ(answer->failed->step, "hang");
  }
  EXPECT_EQ(cluster.describe(run).at("steps"), 0);
  EXPECT_FALSE(cluster.step(run, one_call("index"))->failed); // nothing is broken
}

TEST(stopping, ten_thousand_limited_steps_leave_no_timers) {
  simulated_cluster cluster{{1}};
  const auto before = cluster.world.pending_timers();
  const auto run = cluster.start_run();
  std::size_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    auto call = one_call("index");
    call.time_limit = 1h;
    const auto answer = cluster.step(run, std::move(call));
    ASSERT_TRUE(answer && !answer->failed);
    if (i % 1'000 == 0)
      most = std::max(most, cluster.world.pending_timers());
  }
  EXPECT_LE(most, before + 1);
  cluster.end_plan(run, nullptr);
  cluster.world.advance(limits::fresh_workers_after);
  EXPECT_EQ(cluster.world.pending_timers(), before);
}

TEST(stopping, a_limited_step_is_limited_by_its_own_limit_and_by_none_of_the_steps_before) {
  simulated_cluster cluster{{1}};
  const auto run = cluster.start_run();
  auto quick = one_call("index");
  quick.time_limit = 1s;
  ASSERT_FALSE(cluster.step(run, std::move(quick))->failed);
  auto call = one_call("hang");
  call.time_limit = 10s;
  const auto answer = cluster.begin_step(run, std::move(call));
  cluster.world.advance(9'999ms);
  EXPECT_FALSE(*answer);
  cluster.world.advance(2ms);
  ASSERT_TRUE(*answer && (*answer)->failed);
  EXPECT_EQ((*answer)->failed->type, "time_limit");
}

TEST(stopping, a_run_whose_worker_cannot_be_started_fails_with_the_reason_and_later_ones_work) {
  simulated_cluster cluster{{2}};
  auto& workers = *cluster.workers[0];
  workers.fail_starts("cannot be started: it has no legs");
  workers.crash({1});
  cluster.world.run();
  const auto run = cluster.start_run();
  EXPECT_EQ(state_now(cluster, run), "starting"); // it may work at the second attempt
  for (int i = 0; i < 10; ++i)                    // each attempt sets the time of the next one
    cluster.world.advance(100ms);
  EXPECT_EQ(state_now(cluster, run), "failed");
  const auto error = cluster.describe(run).at("error");
  EXPECT_EQ(error.at("type"), "worker_cannot_start");
  EXPECT_EQ(error.at("text"), "the worker of slot 1 cannot be started: it has no legs");
  EXPECT_EQ(error.at("log"), "last line");
  EXPECT_EQ(state_now(cluster, cluster.start_run()), "failed"); // at once, while it is so
  workers.fail_starts("");
  cluster.world.advance(start_attempts::longest_delay);
  EXPECT_EQ(state_now(cluster, cluster.start_run()), "running");
}

TEST(stopping, a_plan_that_does_not_return_is_given_up_after_the_grace) {
  simulated_cluster cluster{{2}};
  const auto run = cluster.start_run();
  const auto waiting = cluster.start_run();
  cancel(cluster, run, 5s);
  cluster.world.advance(4'999ms);
  EXPECT_EQ(state_now(cluster, run), "cancelling");
  cluster.world.advance(2ms);
  EXPECT_EQ(state_now(cluster, run), "cancelled");
  const auto error = cluster.describe(run).at("error");
  EXPECT_EQ(error.at("type"), "plan_given_up");
  EXPECT_EQ(error.at("text").get<std::string>().substr(0, 36),
            "the plan did not return within 5 s a");
  EXPECT_EQ(cluster.orders.at(cluster.plans[0].run), plan_order::given_up);
  // The head is whole, and nothing counts that the old plan does.
  EXPECT_EQ(state_now(cluster, waiting), "running");
  EXPECT_TRUE(cluster.step(run, one_call("index"))->cancelled);
  caf_compat::anon_send(cluster.controller, run, json_text{json("late")});
  cluster.end_plan(run, "late");
  EXPECT_EQ(cluster.describe(run).at("reports"), 0);
  EXPECT_EQ(state_now(cluster, run), "cancelled");
  const auto good = cluster.step(waiting, one_call("index"));
  ASSERT_TRUE(good && !good->failed);
  cluster.end_plan(waiting, 1);
  EXPECT_EQ(state_now(cluster, waiting), "done");
}

TEST(stopping, a_plan_has_its_grace_after_the_step_that_was_ended_under_it) {
  simulated_cluster cluster{{1}};
  const auto run = cluster.start_run();
  const auto answer = cluster.begin_step(run, one_call("hang"));
  cancel(cluster, run, 2s);
  cluster.world.advance(2'001ms);
  ASSERT_TRUE(*answer && (*answer)->cancelled);
  cluster.world.advance(1'900ms);
  EXPECT_EQ(state_now(cluster, run), "cancelling");
  cluster.end_plan(run, "so far");
  EXPECT_EQ(state_now(cluster, run), "cancelled");
  const auto result = cluster.ask<run_result>(get_result{run});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->result.value(), "so far");
  EXPECT_EQ(result->why_cancelled, "it is a test");
  EXPECT_FALSE(result->failed);
}

TEST(stopping, a_plan_that_does_not_return_does_not_keep_its_head) {
  simulated_cluster cluster{{1}};
  cluster.start_run();
  caf_compat::anon_send(cluster.controller, shut_down{});
  cluster.world.run();
  cluster.world.advance(plan_patience::least + 1ms);
  EXPECT_FALSE(cluster.ask<system_info>(get_system{}));
}

} // namespace lockstep
