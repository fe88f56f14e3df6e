// SPDX-License-Identifier: BSD-3-Clause

#include "tests/sim/simulated_cluster.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace lockstep {

namespace {

step_call call_of(step_kind kind, const std::string& name, std::size_t arguments = 1) {
  step_call call;
  call.kind = kind;
  call.key = call.name = name;
  for (std::size_t i = 0; i < arguments; ++i)
    call.arguments.push_back(byte_blob(static_cast<unsigned>(i % 200)));
  return call;
}

std::string state_of(simulated_cluster& cluster, run_id run) {
  return cluster.describe(run).at("state");
}

} // namespace

TEST(cluster, a_broadcast_reaches_all_and_answers_by_index_over_several_nodes) {
  simulated_cluster cluster{{2, 3, 1}};
  const auto run = cluster.start_run();
  ASSERT_EQ(cluster.plans.size(), 1U);
  EXPECT_EQ(cluster.plans[0].solvers, 6U);
  const auto answer = cluster.step(run, call_of(step_kind::broadcast, "index"));
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->answers.size(), 6U);
  for (unsigned i = 0; i < 6; ++i)
    EXPECT_EQ(byte_of(answer->answers[i]), i);
  cluster.end_plan(run, 42);
  EXPECT_EQ(state_of(cluster, run), "done");
}

TEST(cluster, answers_are_the_same_whatever_the_order_of_messages) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{3, 2}, seed};
    const auto run = cluster.start_run();
    const auto mapped = cluster.step(run, call_of(step_kind::map, "echo", 37));
    ASSERT_TRUE(mapped);
    ASSERT_EQ(mapped->answers.size(), 37U);
    for (unsigned i = 0; i < 37; ++i)
      ASSERT_EQ(byte_of(mapped->answers[i]), i);
    const auto scattered = cluster.step(run, call_of(step_kind::scatter, "echo", 5));
    ASSERT_EQ(scattered->answers.size(), 5U);
    for (unsigned i = 0; i < 5; ++i)
      ASSERT_EQ(byte_of(scattered->answers[i]), i);
    const auto reduced = cluster.step(run, call_of(step_kind::reduce, "index"));
    unsigned sum = 0;
    for (const auto& piece : reduced->answers)
      sum += byte_of(piece);
    ASSERT_EQ(sum, 10U);
  }
}

TEST(cluster, thousands_of_solvers_meet_at_the_barrier) {
  simulated_cluster cluster{{1'000, 1'000}};
  const auto run = cluster.start_run();
  const auto answer = cluster.step(run, call_of(step_kind::broadcast, "echo"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->answers.size(), 2'000U);
  const auto steps = cluster.ask<step_list>(list_steps{run});
  ASSERT_TRUE(steps);
  EXPECT_EQ(steps->view->solver_seconds.find(0)->size(), 2'000U);
  ASSERT_TRUE(steps->view->placed);
  std::size_t placed = 0;
  for (const auto& its : *steps->view->placed) {
    EXPECT_EQ(its.solvers.first, placed);
    placed += its.solvers.count;
  }
  EXPECT_EQ(placed, 2'000U);
}

TEST(cluster, the_heads_part_of_a_step_grows_with_machines_and_not_with_their_solvers) {
  const auto messages_of_a_step = [](std::size_t machines, std::size_t solvers) {
    simulated_cluster cluster{std::vector(machines, solvers)};
    const auto run = cluster.start_run();
    const auto head = caf::actor_cast<caf::strong_actor_ptr>(cluster.controller);
    cluster.world.messages_of(head);
    const auto answer = cluster.step(run, call_of(step_kind::broadcast, "echo"));
    EXPECT_EQ(answer->answers.size(), machines * solvers);
    return cluster.world.messages_of(head);
  };
  constexpr std::size_t plans_call = 1;
  for (const auto machines : std::vector<std::size_t>{1, 10, 100, 1'000}) {
    EXPECT_EQ(messages_of_a_step(machines, 64), plans_call + machines);
    EXPECT_EQ(messages_of_a_step(machines, 1), plans_call + machines);
  }
}

TEST(cluster, the_failure_of_the_lowest_index_is_told) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_cluster cluster{{3, 3}, seed, {4, 1, 2}};
    const auto run = cluster.start_run();
    const auto answer = cluster.step(run, call_of(step_kind::broadcast, "throw"));
    ASSERT_TRUE(answer && answer->failed);
    EXPECT_EQ(answer->failed->solver, 1U);
    EXPECT_EQ(answer->failed->step, "throw");
    EXPECT_EQ(answer->failed->type, "simulated");
    // Nobody died: the plan may go on.
    const auto next = cluster.step(run, call_of(step_kind::broadcast, "index"));
    ASSERT_TRUE(next && !next->failed);
  }
}

TEST(cluster, a_worker_that_dies_in_a_step_fails_it_at_once_and_every_later_one) {
  simulated_cluster cluster{{3}};
  const auto run = cluster.start_run();
  const auto answer = cluster.begin_step(run, call_of(step_kind::broadcast, "hang"));
  EXPECT_FALSE(*answer);
  cluster.workers[0]->crash({1});
  cluster.world.run();
  ASSERT_TRUE(*answer && (*answer)->failed);
  EXPECT_EQ((*answer)->failed->solver, 1U);
  EXPECT_EQ((*answer)->failed->signal, 9);
  EXPECT_EQ((*answer)->failed->log, "last line");
  const auto later = cluster.step(run, call_of(step_kind::broadcast, "index"));
  ASSERT_TRUE(later && later->failed);
  cluster.end_plan(run, nullptr);
  const auto second = cluster.start_run();
  const auto good = cluster.step(second, call_of(step_kind::broadcast, "index"));
  ASSERT_TRUE(good && !good->failed);
}

TEST(cluster, a_run_gets_workers_that_have_served_none) {
  simulated_cluster cluster{{3}};
  const auto old = cluster.workers[0]->living();
  for (int i = 0; i < 2; ++i) {
    const auto run = cluster.start_run(2);
    const auto good = cluster.step(run, call_of(step_kind::broadcast, "index"));
    ASSERT_TRUE(good && !good->failed);
    cluster.end_plan(run, nullptr);
  }
  cluster.world.advance(limits::fresh_workers_after);
  const auto now = cluster.workers[0]->living();
  EXPECT_EQ(now.size(), 3);
  EXPECT_FALSE(std::ranges::binary_search(now, old[0]));
  EXPECT_FALSE(std::ranges::binary_search(now, old[1]));
  EXPECT_TRUE(std::ranges::binary_search(now, old[2])) << "it had no solver";
}

TEST(cluster, workers_that_hold_another_build_of_the_library_are_exchanged) {
  simulated_cluster cluster{{1}};
  for (const auto* build : {"one build", "another build"}) {
    const auto run = cluster.start_run(0, {"simulated", "/a/library.so", build});
    const auto good = cluster.step(run, call_of(step_kind::broadcast, "index"));
    ASSERT_TRUE(good && !good->failed) << build;
    cluster.end_plan(run, nullptr);
  }
}

TEST(cluster, a_time_limit_kills_who_did_not_answer) {
  simulated_cluster cluster{{2}};
  const auto run = cluster.start_run();
  auto call = call_of(step_kind::broadcast, "hang");
  call.time_limit = std::chrono::milliseconds{500};
  const auto answer = cluster.begin_step(run, std::move(call));
  cluster.world.advance(std::chrono::milliseconds{499});
  EXPECT_FALSE(*answer);
  cluster.world.advance(std::chrono::milliseconds{2});
  ASSERT_TRUE(*answer && (*answer)->failed);
  EXPECT_EQ((*answer)->failed->type, "time_limit");
}

TEST(cluster, a_lost_node_fails_the_run_and_the_next_uses_those_that_are_left) {
  simulated_cluster cluster{{2, 2}};
  const auto run = cluster.start_run();
  const auto answer = cluster.begin_step(run, call_of(step_kind::broadcast, "hang"));
  caf::anon_send_exit(cluster.nodes[1], caf::exit_reason::kill);
  cluster.world.run();
  ASSERT_TRUE(*answer && (*answer)->failed);
  EXPECT_EQ((*answer)->failed->type, "node_lost");
  cluster.end_plan(run, nullptr);
  const auto second = cluster.start_run();
  EXPECT_EQ(cluster.plans.back().solvers, 2U);
  EXPECT_EQ(cluster.step(second, call_of(step_kind::broadcast, "index"))->answers.size(), 2U);
}

TEST(cluster, a_lost_node_is_named_with_its_solvers) {
  simulated_cluster cluster{{2, 3, 1}};
  const auto run = cluster.start_run();
  const auto answer = cluster.begin_step(run, call_of(step_kind::broadcast, "hang"));
  caf::anon_send_exit(cluster.nodes[1], caf::exit_reason::kill);
  cluster.world.run();
  ASSERT_TRUE(*answer && (*answer)->failed);
  EXPECT_EQ((*answer)->failed->node, "n2");
  EXPECT_EQ((*answer)->failed->text,
            "node n2 on simulated is gone, and with it solvers 2 to 4 of 6");
}

TEST(cluster, a_drained_node_goes_at_the_barrier_and_the_run_fails_at_its_next_step) {
  simulated_cluster cluster{{1, 1}};
  const auto run = cluster.start_run();
  const auto under_way = cluster.begin_step(run, call_of(step_kind::broadcast, "hang"));
  const auto drained = cluster.ask<node_info>(drain_node{"n2"});
  ASSERT_TRUE(drained);
  EXPECT_EQ(drained->state, node_state::draining);
  EXPECT_FALSE(*under_way); // the step goes on
  for (const auto& workers : cluster.workers)
    workers->release({0});
  cluster.world.run();
  ASSERT_TRUE(*under_way);
  EXPECT_FALSE((*under_way)->failed);
  const auto next = cluster.step(run, call_of(step_kind::broadcast, "index"));
  ASSERT_TRUE(next && next->failed);
  EXPECT_EQ(next->failed->type, "node_drained");
  EXPECT_EQ(next->failed->node, "n2");
  cluster.end_plan(run, nullptr);
  cluster.start_run();
  EXPECT_EQ(cluster.plans.back().solvers, 1U);
  EXPECT_EQ(cluster.list_of_nodes().at(1).at("state"), "gone");
}

TEST(cluster, a_drained_node_without_a_run_leaves_at_once) {
  simulated_cluster cluster{{1, 1}};
  EXPECT_EQ(cluster.ask<node_info>(drain_node{"n1"})->state, node_state::leaving);
  const auto nodes = cluster.list_of_nodes();
  EXPECT_EQ(nodes.at(0).at("up"), false);
  EXPECT_EQ(nodes.at(1).at("up"), true);
  EXPECT_TRUE(nodes.at(1).contains("round_trip_ms"));
  const auto again = cluster.ask<node_info>(drain_node{"n1"});
  EXPECT_EQ(again.error(), caf::make_error(errc::no_such_node));
}

TEST(cluster, a_drain_between_steps_is_told_at_the_next_one) {
  simulated_cluster cluster{{1, 1}};
  const auto run = cluster.start_run();
  ASSERT_FALSE(cluster.step(run, call_of(step_kind::broadcast, "index"))->failed);
  cluster.ask<node_info>(drain_node{"n2"});
  const auto next = cluster.step(run, call_of(step_kind::broadcast, "index"));
  ASSERT_TRUE(next && next->failed);
  EXPECT_EQ(next->failed->type, "node_drained");
}

TEST(cluster, a_node_that_joins_during_a_run_is_used_from_the_next_one_on) {
  simulated_cluster cluster{{2}};
  const auto run = cluster.start_run();
  cluster.add_node(3);
  EXPECT_EQ(cluster.step(run, call_of(step_kind::broadcast, "index"))->answers.size(), 2U);
  cluster.end_plan(run, nullptr);
  cluster.start_run();
  EXPECT_EQ(cluster.plans.back().solvers, 5U);
}

TEST(cluster, a_run_for_which_there_can_never_be_enough_solvers_is_refused_with_both_numbers) {
  simulated_cluster cluster{{2}};
  start_run request;
  request.solvers = 5;
  const auto refused = cluster.queue(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::no_solvers);
  EXPECT_NE(caf::to_string(refused.error()).find("asks for 5 solvers, there are 2"),
            std::string::npos);
  EXPECT_TRUE(cluster.ask<run_list>(list_runs{})->runs.empty());
}

TEST(cluster, a_run_that_waits_for_nodes_begins_once_there_are_enough_and_keeps_its_turn) {
  simulated_cluster cluster{{2}};
  start_run request;
  request.solvers = 5;
  request.wait_for_nodes = true;
  ASSERT_TRUE(cluster.queue(request));
  const auto behind = cluster.start_run();
  EXPECT_EQ(state_of(cluster, run_id{1}), "queued");
  EXPECT_EQ(state_of(cluster, behind), "queued");
  cluster.add_node(3);
  EXPECT_EQ(state_of(cluster, run_id{1}), "running");
  EXPECT_EQ(cluster.plans.back().solvers, 5U);
}

TEST(cluster, a_cancel_of_a_run_that_waits_for_nodes_lets_those_behind_it_begin) {
  simulated_cluster cluster{{2}};
  start_run request;
  request.solvers = 5;
  request.wait_for_nodes = true;
  ASSERT_TRUE(cluster.queue(request));
  const auto behind = cluster.start_run();
  cluster.cancel(run_id{1});
  EXPECT_EQ(state_of(cluster, behind), "running");
}

TEST(cluster, a_run_fails_with_the_reason_where_the_only_node_cannot_be_started) {
  simulated_cluster cluster{{}};
  const auto run = cluster.start_run();
  EXPECT_EQ(state_of(cluster, run), "queued");
  caf_compat::anon_send(cluster.controller, local_node_failed{"it has no legs"});
  cluster.world.run();
  EXPECT_EQ(state_of(cluster, run), "failed");
  EXPECT_EQ(cluster.describe(run).at("error").at("text"),
            "there is no place for a solver: it has no legs");
  EXPECT_FALSE(cluster.queue({})); // at once, while it is so
  cluster.add_node(2);
  EXPECT_EQ(state_of(cluster, cluster.start_run()), "running");
}

TEST(cluster, a_node_that_had_joined_before_it_ended_is_waited_for) {
  simulated_cluster cluster{{2}};
  caf::anon_send_exit(cluster.nodes[0], caf::exit_reason::kill);
  cluster.world.run();
  const auto run = cluster.start_run();
  const auto tell_trouble = [&] {
    caf_compat::anon_send(cluster.controller, local_node_failed{"it was killed"});
    cluster.world.run();
  };
  tell_trouble();
  EXPECT_EQ(state_of(cluster, run), "queued");
  tell_trouble(); // it has not come back
  EXPECT_EQ(state_of(cluster, run), "failed");
}

TEST(cluster, a_run_whose_plan_cannot_start_fails_and_the_next_one_is_taken) {
  simulated_cluster cluster{{2}};
  cluster.plans_can_start = false;
  const auto run = cluster.start_run();
  EXPECT_EQ(cluster.describe(run).at("state"), "failed");
  EXPECT_EQ(cluster.describe(run).at("error").at("type"), "plan_cannot_start");
  cluster.plans_can_start = true;
  EXPECT_EQ(state_of(cluster, cluster.start_run()), "running");
}

TEST(cluster, a_paused_run_holds_its_next_step_until_it_is_resumed) {
  simulated_cluster cluster{{2}};
  const auto run = cluster.start_run();
  EXPECT_EQ(cluster.ask<run_info>(pause_run{run})->state, run_state::paused);
  const auto answer = cluster.begin_step(run, call_of(step_kind::broadcast, "index"));
  EXPECT_FALSE(*answer);
  EXPECT_EQ(cluster.ask<run_info>(resume_run{run})->state, run_state::running);
  EXPECT_TRUE(*answer);
}

TEST(cluster, a_cancelled_run_gets_no_more_steps_and_its_hanging_solvers_die_after_the_grace) {
  simulated_cluster cluster{{2}};
  const auto run = cluster.start_run();
  const auto answer = cluster.begin_step(run, call_of(step_kind::broadcast, "hang"));
  cluster.cancel(run, std::chrono::milliseconds{300});
  EXPECT_EQ(state_of(cluster, run), "cancelling");
  EXPECT_EQ(cluster.orders.at(cluster.plans[0].run), plan_order::stop);
  cluster.world.advance(std::chrono::milliseconds{299});
  EXPECT_FALSE(*answer);
  cluster.world.advance(std::chrono::milliseconds{2});
  ASSERT_TRUE(*answer);
  EXPECT_TRUE((*answer)->cancelled);
  EXPECT_TRUE(cluster.step(run, call_of(step_kind::broadcast, "index"))->cancelled);
  cluster.end_plan(run, "so far");
  EXPECT_EQ(state_of(cluster, run), "cancelled");
}

TEST(cluster, runs_are_done_one_after_another_in_their_order) {
  simulated_cluster cluster{{1}};
  const auto first = cluster.start_run();
  const auto second = cluster.start_run();
  EXPECT_EQ(state_of(cluster, first), "running");
  EXPECT_EQ(state_of(cluster, second), "queued");
  cluster.end_plan(first, 1);
  EXPECT_EQ(state_of(cluster, second), "running");
}

TEST(cluster, status_reaches_every_solver) {
  simulated_cluster cluster{{2, 1}};
  const auto all = cluster.ask<std::vector<solver_info>>(list_solvers{});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(all->at(2).node, node_number{2});
  EXPECT_EQ(all->at(2).solver, 2U);
}

} // namespace lockstep
