// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/node_engine/scripted_node.hpp"

#include <gmock/gmock.h>

namespace lockstep {

using testing::ElementsAre;
using testing::IsEmpty;

using namespace std::chrono_literals;

namespace {

const std::vector<placed_solver> two{{4, 1}, {5, 0}};

std::unique_ptr<scripted_node> node_with(std::vector<placed_solver> solvers,
                                         std::uint64_t total = 8) {
  auto node = scripted_node::ready(solvers.size());
  node->construct(1, std::move(solvers), {}, total);
  return node;
}

std::vector<task_identity> tasks_of(const scripted_node& node) {
  std::vector<task_identity> tasks;
  for (const auto& one : node.said<node_commands::hand_task>())
    tasks.push_back(one.task);
  return tasks;
}

} // namespace

TEST(step_share, a_construction_that_throws_is_waited_for_no_longer) {
  const auto node = scripted_node::ready(2);
  node->ask(1, two);
  const auto made = node->said<node_commands::construct_solver>();
  node->throw_from(made.at(1).task, "no city");
  const auto failed = node->only<node_commands::answer>();
  EXPECT_EQ(text_of(failed),
            "solver 5 on node n1, step 'constructor': std::runtime_error: no city");
  EXPECT_TRUE(failed.broken);
  node->answer(made.at(0).task);
  EXPECT_EQ(node->engine.late_answers(), 1U);
}

TEST(step_share, every_step_of_a_broken_run_is_answered_with_what_broke_it) {
  const auto node = node_with(two);
  node->end(node->worker(0));
  EXPECT_THAT(node->said<node_commands::answer>(), IsEmpty());
  node->tell(node->step(1, 1));
  EXPECT_EQ(text_of(node->only<node_commands::answer>()),
            "solver 5 on node n1, step 'improve': worker_died: the solver's process was killed by "
            "signal 11 (Segmentation fault)");
  EXPECT_TRUE(node->only<node_commands::answer>().broken);
}

TEST(step_share, of_a_map_whoever_answers_gets_the_next_items) {
  const auto node = node_with(two);
  auto asked = node->step(1, 1, step_kind::map, 5);
  asked.chunk = 2;
  node->tell(asked);
  const auto first = tasks_of(*node);
  ASSERT_EQ(first.size(), 2U);
  node->answer(first[1], {blob{}, blob{}});
  const auto next = node->only<node_commands::hand_task>();
  EXPECT_EQ(next.worker, node->worker(0));
  EXPECT_EQ(next.arguments.size(), 1U);
  EXPECT_NE(next.task.attempt, first[1].attempt);
  node->answer(first[1], {blob{}, blob{}});
  EXPECT_EQ(node->engine.late_answers(), 1U) << "NE-3";
  node->answer(next.task);
  node->answer(first[0], {blob{}, blob{}});
  EXPECT_EQ(node->only<node_commands::answer>().answers.size(), 5U);
}

TEST(step_share, a_map_of_no_items_is_over_at_once) {
  const auto node = node_with(two);
  node->tell(node->step(1, 1, step_kind::map, 0));
  EXPECT_THAT(node->only<node_commands::answer>().answers, IsEmpty());
}

TEST(step_share, an_answer_of_another_number_than_was_asked_for_is_a_failure) {
  const auto node = node_with(two);
  node->tell(node->step(1, 1));
  const auto tasks = tasks_of(*node);
  node->answer(tasks[0]);
  node->answer(tasks[1], {});
  EXPECT_EQ(to_string(*node->only<node_commands::answer>().failed).substr(0, 50),
            "solver 5 on node n1, step 'improve': wrong_answer:");
}

TEST(step_share, what_came_without_its_arguments_is_refused_and_so_is_a_second_step) {
  const auto node = node_with(two);
  node->tell(node->step(1, 1, step_kind::scatter, 1));
  EXPECT_EQ(node->only<node_commands::refuse>().text, "the step came without all its arguments");
  node->tell(node->step(1, 1));
  node->tell(node->step(1, 2));
  EXPECT_EQ(node->only<node_commands::refuse>().why, errc::wrong_state);
  EXPECT_EQ(node->only<node_commands::refuse>().request, node->request);
  node->tell(node->step(2, 1));
  EXPECT_EQ(node->only<node_commands::refuse>().why, errc::wrong_state) << "no such run";
}

TEST(step_share, one_that_has_failed_elsewhere_waits_for_those_who_compute_and_gives_nothing) {
  const auto node = node_with(two);
  node->tell(node->step(1, 3));
  const auto tasks = tasks_of(*node);
  node->tell(node_events::stop_asked{{1}, 2});
  EXPECT_EQ(node->said<node_commands::ask_to_stop>().size(), 2U);
  node->tell(node_events::stop_asked{{1}, 3});
  node->answer(tasks[0]);
  EXPECT_THAT(node->said<node_commands::answer>(), IsEmpty());
  node->answer(tasks[1]);
  EXPECT_THAT(node->only<node_commands::answer>().answers, IsEmpty());
  EXPECT_FALSE(node->only<node_commands::answer>().failed);
  node->tell(node->step(1, 3));
  EXPECT_THAT(node->only<node_commands::answer>().answers, IsEmpty()) << "not begun at all";
  node->tell(node->step(1, 4));
  EXPECT_EQ(tasks_of(*node).size(), 2U);
}

TEST(step_share, barriers_of_solvers_are_told_where_somebody_watches) {
  const auto node = node_with(two);
  auto asked = node->step(1, 1);
  asked.watched = true;
  node->tell(asked);
  const auto tasks = tasks_of(*node);
  node->answer(tasks[1], {blob{}}, 2.5);
  EXPECT_EQ(node->only<node_commands::tell_barrier>().solver, 5U);
  EXPECT_EQ(node->only<node_commands::tell_barrier>().seconds, 2.5);
  node->throw_from(tasks[0]);
  EXPECT_EQ(node->only<node_commands::tell_barrier>().solver, 4U);
}

TEST(step_share, a_reduce_combines_the_subtrees_that_its_solvers_cover) {
  // Of the tree over 8 solvers: 0 to 3 whole, 5 alone, 6 and 7.
  const auto node = node_with({{0, 6}, {1, 5}, {2, 4}, {3, 3}, {5, 2}, {6, 1}, {7, 0}});
  node->tell(node->step(1, 1, step_kind::reduce));
  const auto tasks = tasks_of(*node);
  ASSERT_EQ(tasks.size(), 7U);
  node->now += 3s;
  for (std::size_t i = 0; i < tasks.size(); ++i)
    node->answer(tasks[i], {bytes_blob(i + 1)}, 0.5);
  const auto combined = node->said<node_commands::hand_combination>();
  ASSERT_EQ(combined.size(), 3U);
  std::vector<std::vector<std::size_t>> sizes;
  for (const auto& one : combined) {
    EXPECT_EQ(one.text->operation, "sum");
    EXPECT_EQ(one.wanted.count, 1U);
    sizes.emplace_back();
    for (const auto& each : one.answers)
      sizes.back().push_back(each.size());
  }
  EXPECT_THAT(sizes, ElementsAre(ElementsAre(1, 2, 3, 4), ElementsAre(5), ElementsAre(6, 7)));
  node->now += 2s;
  node->answer(tasks[0]);
  EXPECT_EQ(node->engine.late_answers(), 1U) << "of the computing, not of the combining";
  for (const auto& one : combined)
    node->answer(one.task, {bytes_blob(10)});
  const auto whole = node->only<node_commands::answer>();
  EXPECT_EQ(whole.answers.size(), 3U);
  EXPECT_EQ(whole.reduce_seconds, 2);
  EXPECT_EQ(whole.solver_seconds, std::vector<double>(7, 0.5));
}

TEST(step_share, large_answers_are_combined_in_slices_by_all) {
  const auto node = node_with({{0, 0}, {1, 1}, {2, 2}, {3, 3}}, 4);
  node->tell(node->step(1, 1, step_kind::reduce));
  for (const auto& task : tasks_of(*node))
    node->answer(task, {bytes_blob(std::size_t{1} << 20U)});
  const auto slices = node->said<node_commands::hand_combination>();
  ASSERT_EQ(slices.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(slices[i].wanted.index, i);
    EXPECT_EQ(slices[i].wanted.count, 4U);
    EXPECT_EQ(slices[i].answers.size(), 4U);
  }
  for (const auto& one : slices)
    node->answer(one.task, {bytes_blob(one.wanted.index + 1)});
  const auto whole = node->only<node_commands::answer>();
  ASSERT_EQ(whole.answers.size(), 1U);
  EXPECT_EQ(whole.answers.front().size(), 10U);
}

TEST(step_share, a_reduce_that_has_nothing_to_combine_is_over_at_its_barrier) {
  const auto node = node_with({{1, 0}, {4, 1}});
  node->tell(node->step(1, 1, step_kind::reduce));
  for (const auto& task : tasks_of(*node))
    node->answer(task, {bytes_blob(task.solver)});
  const auto whole = node->only<node_commands::answer>();
  ASSERT_EQ(whole.answers.size(), 2U);
  EXPECT_EQ(whole.answers[1].size(), 4U);
  EXPECT_EQ(whole.reduce_seconds, 0);
}

TEST(step_share, answers_too_large_for_a_message_are_a_failure) {
  const auto node = node_with(two);
  auto asked = node->step(1, 1, step_kind::map, 64);
  asked.chunk = 32;
  node->tell(asked);
  const auto large = bytes_blob(std::size_t{64} << 20U); // one of them, 64 times
  for (const auto& task : tasks_of(*node))
    node->answer(task, std::vector(32, large));
  EXPECT_EQ(text_of(node->only<node_commands::answer>()),
            "step 'improve': payload_too_large: the answers of this node's solvers have 4294967296 "
            "bytes together, over the limit of 4293918720 bytes");
}

} // namespace lockstep
