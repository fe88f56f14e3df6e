// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/node_engine/scripted_node.hpp"

#include <gmock/gmock.h>

namespace lockstep {

using testing::ElementsAre;
using testing::IsEmpty;

using namespace std::chrono_literals;

namespace {

const std::vector<placed_solver> low{{0, 0}, {1, 1}};
const std::vector<placed_solver> high{{0, 2}, {1, 3}};

std::vector<task_identity> begin_step(scripted_node& node, std::uint64_t run,
                                      std::uint64_t number = 1, std::int64_t limit_ms = 0) {
  auto asked = node.step(run, number);
  asked.time_limit_ms = limit_ms;
  node.tell(asked);
  std::vector<task_identity> tasks;
  for (const auto& one : node.said<node_commands::hand_task>())
    tasks.push_back(one.task);
  return tasks;
}

/// Two runs of two solvers each, on the lower and the higher slots.
std::unique_ptr<scripted_node> two_runs() {
  auto node = scripted_node::ready(4);
  node->construct(1, low, {}, 2);
  node->construct(2, high, {}, 2);
  return node;
}

} // namespace

TEST(placement, a_solver_is_constructed_in_the_slot_that_the_table_names) {
  const auto node = scripted_node::ready(4);
  node->ask(5, {{6, 3, 2}, {1, 0, 1}, {7, 2, 4}});
  std::vector<std::vector<std::uint64_t>> made;
  for (const auto& one : node->said<node_commands::construct_solver>()) {
    made.push_back({one.task.solver, one.worker.slot, one.task.incarnation});
    EXPECT_EQ(one.seed, 7 + (one.task.solver + 1) * 0x9E3779B97F4A7C15U);
    EXPECT_EQ(one.total, 8U);
  }
  EXPECT_THAT(made, ElementsAre(ElementsAre(1, 0, 1), ElementsAre(6, 3, 2), ElementsAre(7, 2, 4)));
}

TEST(placement, arguments_and_answers_follow_the_order_of_solvers_not_of_slots) {
  const auto node = scripted_node::ready(4);
  node->construct(5, {{6, 3}, {1, 0}, {7, 2}});
  auto asked = node->step(5, 1, step_kind::scatter, 3);
  for (unsigned char i = 0; i < 3; ++i)
    asked.arguments[i] = bytes_blob(1, i);
  node->tell(asked);
  const auto tasks = node->said<node_commands::hand_task>();
  ASSERT_EQ(tasks.size(), 3U);
  EXPECT_EQ(tasks[1].worker, node->worker(3));
  EXPECT_EQ(tasks[1].arguments.front().bytes().front(), std::byte{1});
  for (const auto i : {2U, 0U, 1U})
    node->answer(tasks[i].task, {bytes_blob(i + 1)}, i);
  const auto whole = node->only<node_commands::answer>();
  EXPECT_EQ(whole.request, asked.request);
  EXPECT_THAT(whole.solver_seconds, ElementsAre(0, 1, 2));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(whole.answers.at(i).size(), i + 1);
}

TEST(placement, a_run_is_refused_where_a_slot_is_taken_or_none_NE_1) {
  const auto node = scripted_node::ready(3);
  node->construct(1, low);
  node->ask(2, {{0, 1}});
  EXPECT_EQ(node->only<node_commands::refuse>().text, "slot 1 has a solver of r1");
  EXPECT_EQ(node->only<node_commands::refuse>().why, errc::no_solvers);
  node->ask(2, {{0, 3}});
  EXPECT_EQ(node->only<node_commands::refuse>().text, "slot 3 is none of this node's 3");
  node->ask(2, {{0, 2}, {1, 2}});
  EXPECT_EQ(node->only<node_commands::refuse>().text, "slot 2 is asked for twice, or solver 1 is");
  EXPECT_FALSE(node->engine.has({2}));
  node->construct(2, {{0, 2}});
}

TEST(runs_side_by_side, each_has_steps_of_its_own) {
  const auto node = two_runs();
  const auto first = begin_step(*node, 1);
  const auto second = begin_step(*node, 2);
  ASSERT_EQ(first.size(), 2U);
  ASSERT_EQ(second.size(), 2U);
  node->answer(second[0]);
  node->answer(first[0]);
  EXPECT_THAT(node->commands, IsEmpty());
  node->answer(second[1]);
  EXPECT_EQ(node->only<node_commands::answer>().run, run_id{2});
  node->answer(first[1]);
  EXPECT_EQ(node->only<node_commands::answer>().run, run_id{1});
}

TEST(runs_side_by_side, a_death_breaks_the_run_that_it_belongs_to_NE_4) {
  const auto node = two_runs();
  begin_step(*node, 1);
  const auto other = begin_step(*node, 2);
  node->end(node->worker(0));
  const auto broken = node->only<node_commands::answer>();
  EXPECT_EQ(broken.run, run_id{1});
  EXPECT_TRUE(broken.broken);
  EXPECT_EQ(text_of(broken),
            "solver 0 on node n1, step 'improve': worker_died: the solver's process "
            "was killed by signal 11 (Segmentation fault)");
  EXPECT_EQ(broken.failed->log, "last words");
  EXPECT_EQ(broken.failed->signal, 11);
  EXPECT_THAT(node->whom<node_commands::ask_to_stop>(), ElementsAre(node->worker(1)));
  EXPECT_EQ(node->only<node_commands::start_worker>().slot, 0U);
  node->answer(other[0]);
  node->answer(other[1]);
  EXPECT_FALSE(node->only<node_commands::answer>().failed);
}

TEST(runs_side_by_side, a_throw_asks_only_solvers_of_its_run_to_stop_NE_4) {
  const auto node = two_runs();
  const auto first = begin_step(*node, 1);
  begin_step(*node, 2);
  node->throw_from(first[1]);
  EXPECT_THAT(node->whom<node_commands::ask_to_stop>(),
              ElementsAre(node->worker(0), node->worker(1)));
  EXPECT_EQ(node->said<node_commands::ask_to_stop>().front().up_to_number, 1U);
  node->answer(first[0]);
  EXPECT_EQ(text_of(node->only<node_commands::answer>()),
            "solver 1 on node n1, step 'improve': std::runtime_error: no tour");
  EXPECT_FALSE(node->only<node_commands::answer>().broken);
}

TEST(runs_side_by_side, a_limit_ends_the_step_that_it_is_for_NE_4) {
  const auto node = two_runs();
  const auto first = begin_step(*node, 1, 1, 300);
  const auto second = begin_step(*node, 2, 1, 200);
  node->answer(second[0]);
  node->pass(200ms);
  EXPECT_THAT(node->whom<node_commands::kill_worker>(), ElementsAre(node->worker(3)));
  EXPECT_EQ(text_of(node->only<node_commands::answer>()),
            "solver 1 on node n1, step 'improve': time_limit: 1 of 2 solvers did not answer within "
            "the limit of 200 ms");
  node->answer(first[0]);
  node->answer(first[1]);
  EXPECT_FALSE(node->only<node_commands::answer>().failed);
  node->pass(1'000ms);
  EXPECT_THAT(node->whom<node_commands::kill_worker>(), IsEmpty()) << "its limit is over";
}

TEST(runs_side_by_side, a_cancel_and_its_grace_touch_only_the_run_NE_4) {
  const auto node = two_runs();
  begin_step(*node, 1);
  const auto second = begin_step(*node, 2);
  node->tell(node_events::cancel_asked{{2}, 50ms});
  EXPECT_THAT(node->whom<node_commands::ask_to_stop>(),
              ElementsAre(node->worker(2), node->worker(3)));
  node->answer(second[0]);
  node->pass(49ms);
  EXPECT_THAT(node->whom<node_commands::kill_worker>(), IsEmpty());
  node->pass(1ms);
  EXPECT_THAT(node->whom<node_commands::kill_worker>(), ElementsAre(node->worker(3)));
  EXPECT_EQ(node->only<node_commands::give_up_sending>().run, run_id{2});
  EXPECT_EQ(
      text_of(node->only<node_commands::answer>()),
      "step 'improve': cancelled: the run was cancelled, and its solvers did not return in time");
}

TEST(runs_side_by_side, the_end_of_one_parts_with_its_workers_only_NE_4) {
  const auto node = two_runs();
  node->tell(node_events::run_closed{{1}});
  EXPECT_THAT(node->whom<node_commands::close_solver>(),
              ElementsAre(node->worker(0), node->worker(1)));
  node->pass(100ms);
  std::vector<std::uint32_t> started;
  for (const auto& one : node->said<node_commands::start_worker>())
    started.push_back(one.slot);
  EXPECT_THAT(started, testing::UnorderedElementsAre(0, 1, 2, 3)) << "next ones of both";
  EXPECT_EQ(begin_step(*node, 2).size(), 2U);
}

TEST(runs_side_by_side, one_waits_for_the_leftovers_in_its_own_slots_only_NE_5) {
  const auto node = two_runs();
  node->tell(node_events::run_closed{{1}});
  node->tell(node_events::run_closed{{2}});
  node->pass(100ms);
  for (std::uint32_t slot = 0; slot < 4; ++slot)
    node->join(slot);
  node->end(node->worker(0));
  EXPECT_THAT(node->said<node_commands::end_leftovers>(), IsEmpty()) << "one of its run lives";
  node->end(node->worker(1));
  EXPECT_EQ(node->said<node_commands::end_leftovers>().size(), 1U);
  node->end(node->worker(2));
  node->end(node->worker(3));
  EXPECT_THAT(node->said<node_commands::end_leftovers>(), IsEmpty()) << "NE-9";
  node->ask(3, low, {}, 2);
  EXPECT_THAT(node->said<node_commands::construct_solver>(), IsEmpty());
  node->ask(4, high, {}, 2);
  EXPECT_THAT(node->said<node_commands::construct_solver>(), IsEmpty());
  node->tell(node_events::nothing_left{});
  EXPECT_THAT(node->whom<node_commands::construct_solver>(),
              ElementsAre(node->worker(0, 1), node->worker(1, 1)));
  EXPECT_EQ(node->said<node_commands::end_leftovers>().size(), 1U) << "now those of the other";
  node->tell(node_events::nothing_left{});
  EXPECT_THAT(node->whom<node_commands::construct_solver>(),
              ElementsAre(node->worker(2, 1), node->worker(3, 1)));
}

TEST(identity, an_answer_to_another_hand_out_is_counted_and_dropped_NE_3) {
  const auto node = two_runs();
  const auto first = begin_step(*node, 1);
  auto wrong = first[0];
  wrong.attempt += 100;
  node->answer(wrong);
  wrong = first[0];
  ++wrong.incarnation;
  node->answer(wrong);
  wrong = first[0];
  ++wrong.step;
  node->answer(wrong);
  wrong = first[0];
  wrong.run = {2};
  node->answer(wrong);
  wrong.run = {9};
  node->answer(wrong);
  wrong = first[0];
  wrong.solver = 7;
  node->answer(wrong);
  EXPECT_EQ(node->engine.late_answers(), 6U);
  node->answer(first[0]);
  node->answer(first[0]);
  EXPECT_EQ(node->engine.late_answers(), 7U) << "it counts once";
  node->answer(first[1]);
  EXPECT_EQ(node->said<node_commands::answer>().size(), 1U);
}

TEST(identity, the_answer_of_a_run_that_was_asked_for_again_is_late_NE_3) {
  const auto node = scripted_node::ready(2, true);
  node->construct(1, low);
  const auto first = begin_step(*node, 1);
  node->answer(first[0]);
  node->answer(first[1]);
  node->ask(1, low);
  const auto anew = node->said<node_commands::construct_solver>();
  ASSERT_EQ(anew.size(), 2U);
  EXPECT_NE(anew[0].task.attempt, first[0].attempt);
  node->answer(first[0]);
  node->answer(first[1]);
  EXPECT_EQ(node->engine.late_answers(), 2U);
  EXPECT_THAT(node->commands, IsEmpty());
}

} // namespace lockstep
