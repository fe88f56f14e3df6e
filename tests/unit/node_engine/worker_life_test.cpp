// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/node_engine/scripted_node.hpp"

#include <gmock/gmock.h>

namespace lockstep {

using testing::ElementsAre;
using testing::IsEmpty;

using namespace std::chrono_literals;

namespace {

const std::vector<placed_solver> both{{0, 0}, {1, 1}};
const model_reference old_build{"pi", "/models/pi.so", "old"};
const model_reference new_build{"pi", "/models/pi.so", "new"};

std::vector<std::uint32_t> started(const scripted_node& node) {
  std::vector<std::uint32_t> slots;
  for (const auto& one : node.said<node_commands::start_worker>())
    slots.push_back(one.slot);
  return slots;
}

} // namespace

TEST(worker_life, one_is_started_in_each_slot_and_told_once_the_node_has_a_name) {
  scripted_node node{2};
  node.tell(node_events::opened{});
  EXPECT_THAT(started(node), ElementsAre(0, 1));
  const auto first = node.join(0);
  EXPECT_THAT(node.said<node_commands::tell_change>(), IsEmpty());
  node.tell(node_events::named{"n1"});
  EXPECT_EQ(node.only<node_commands::tell_change>().worker, first);
  node.join(1);
  EXPECT_TRUE(node.only<node_commands::tell_change>().up);
}

TEST(worker_life, one_that_has_not_joined_is_started_again_at_growing_intervals_NE_8) {
  scripted_node node{1};
  node.tell(node_events::opened{});
  for (const auto wait : {100ms, 200ms, 400ms}) {
    node.end({0, 0}, "cannot be started: no memory");
    EXPECT_THAT(started(node), IsEmpty());
    node.pass(wait - 1ms);
    EXPECT_THAT(started(node), IsEmpty());
    node.pass(1ms);
    EXPECT_THAT(started(node), ElementsAre(0));
  }
  EXPECT_EQ(node.engine.seen(0).restarts, 3U);
  node.join(0);
  EXPECT_TRUE(node.engine.seen(0).is_usable);
}

TEST(worker_life, a_run_fails_where_a_worker_cannot_be_started) {
  scripted_node node{3};
  node.tell(node_events::opened{});
  node.tell(node_events::named{"n1"});
  node.join(0);
  node.ask(1, {{0, 0}, {1, 2}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(node.said<node_commands::answer>(), IsEmpty());
    node.pass(1s);
    node.end({2, 0}, "cannot be started: no memory");
  }
  EXPECT_EQ(text_of(node.only<node_commands::answer>()),
            "solver 1 on node n1, step 'constructor': worker_cannot_start: the worker of slot 2 "
            "cannot be started: no memory");
  EXPECT_EQ(node.only<node_commands::answer>().failed->log, "last words");
  node.ask(2, {{0, 1}, {1, 2}});
  EXPECT_EQ(node.only<node_commands::refuse>().why, errc::no_solvers) << "the failed run is here";
  node.tell(node_events::run_closed{{1}});
  node.ask(2, {{0, 1}, {1, 2}});
  EXPECT_EQ(node.only<node_commands::answer>().failed->type, "worker_cannot_start") << "at once";
}

TEST(worker_life, a_run_waits_20_s_for_a_worker_that_does_not_join) {
  scripted_node node{2};
  node.tell(node_events::opened{});
  node.join(0);
  node.ask(1, both);
  node.pass(19'999ms);
  EXPECT_THAT(node.said<node_commands::answer>(), IsEmpty());
  node.pass(1ms);
  EXPECT_EQ(text_of(node.only<node_commands::answer>()),
            "solver 1, step 'constructor': time_limit: the worker of slot 1 did not start in 20000 "
            "ms");
}

TEST(worker_life, one_that_dies_before_solvers_stand_is_replaced) {
  scripted_node node{2};
  node.tell(node_events::opened{});
  node.join(0);
  node.ask(1, both);
  node.end(node.worker(0));
  EXPECT_THAT(started(node), ElementsAre(0));
  node.join(1);
  node.join(0);
  EXPECT_EQ(node.said<node_commands::construct_solver>().size(), 2U);
}

TEST(worker_life, the_next_is_prepared_100_ms_after_the_solvers_stand_and_follows) {
  const auto node = scripted_node::ready(2);
  node->construct(1, both, old_build);
  node->pass(99ms);
  EXPECT_THAT(started(*node), IsEmpty());
  node->pass(1ms);
  EXPECT_THAT(started(*node), ElementsAre(0, 1));
  const auto next = node->join(0);
  EXPECT_EQ(node->only<node_commands::load_ahead>().worker, next);
  EXPECT_EQ(node->only<node_commands::load_ahead>().model.sha256, "old");
  EXPECT_THAT(node->said<node_commands::tell_change>(), IsEmpty()) << "it has no place yet";
  node->tell(node_events::run_closed{{1}});
  EXPECT_EQ(node->only<node_commands::tell_change>().worker, next);
  EXPECT_EQ(node->engine.seen(0).pid, next.pid);
  EXPECT_EQ(node->engine.seen(0).restarts, 0U) << "a planned exchange is none";
}

TEST(worker_life, the_next_loads_what_its_own_slot_has_served_whatever_runs_beside) {
  const auto node = scripted_node::ready(2);
  node->construct(1, {{0, 0}}, old_build);
  node->construct(2, {{0, 1}}, new_build);
  node->pass(100ms);
  node->join(0);
  EXPECT_EQ(node->only<node_commands::load_ahead>().model.sha256, "old");
  node->join(1);
  EXPECT_EQ(node->only<node_commands::load_ahead>().model.sha256, "new");
}

TEST(worker_life, one_that_holds_another_build_is_exchanged) {
  const auto node = scripted_node::ready(1);
  node->construct(1, {{0, 0}}, old_build);
  node->pass(100ms);
  const auto outdated = node->join(0);
  node->tell(node_events::run_closed{{1}});
  node->end(node->worker(0));
  node->tell(node_events::nothing_left{});
  node->ask(2, {{0, 0}}, new_build);
  EXPECT_EQ(node->only<node_commands::kill_worker>().worker, outdated);
  EXPECT_THAT(started(*node), ElementsAre(0));
  const auto fresh = node->join(0);
  EXPECT_THAT(node->said<node_commands::load_ahead>(), IsEmpty()) << "its run waits for it";
  EXPECT_THAT(node->said<node_commands::construct_solver>(), IsEmpty()) << "NE-5";
  node->end(outdated);
  node->tell(node_events::nothing_left{});
  EXPECT_EQ(node->only<node_commands::construct_solver>().worker, fresh);
}

TEST(worker_life, one_whose_run_is_over_ends_after_its_destructor_or_after_2_s) {
  const auto node = scripted_node::ready(2);
  node->construct(1, both);
  node->tell(node_events::run_closed{{1}});
  EXPECT_EQ(node->said<node_commands::close_solver>().size(), 2U);
  EXPECT_THAT(node->said<node_commands::kill_worker>(), IsEmpty());
  node->tell(node_events::solver_destroyed{node->worker(1)});
  EXPECT_THAT(node->whom<node_commands::kill_worker>(), ElementsAre(node->worker(1)));
  node->end(node->worker(1));
  EXPECT_EQ(node->only<node_commands::tell_change>().reason, "its run is over");
  node->pass(2'000ms);
  EXPECT_THAT(node->whom<node_commands::kill_worker>(), ElementsAre(node->worker(0)));
  node->end(node->worker(0));
  EXPECT_EQ(node->said<node_commands::end_leftovers>().size(), 1U);
}

TEST(worker_life, one_that_still_computes_when_its_run_is_over_is_killed) {
  const auto node = scripted_node::ready(2);
  node->construct(1, both);
  node->tell(node->step(1, 1));
  const auto task = node->said<node_commands::hand_task>().at(1).task;
  const auto asked = node->request;
  node->answer(task);
  node->tell(node_events::run_closed{{1}});
  EXPECT_EQ(node->only<node_commands::refuse>().request, asked) << "NE-2";
  EXPECT_THAT(node->whom<node_commands::kill_worker>(), ElementsAre(node->worker(0)));
  EXPECT_THAT(node->whom<node_commands::close_solver>(), ElementsAre(node->worker(1)));
}

TEST(worker_life, what_workers_that_died_left_behind_is_ended_with_their_run) {
  const auto node = scripted_node::ready(1);
  node->construct(1, {{0, 0}});
  node->end(node->worker(0));
  node->join(0);
  EXPECT_THAT(node->said<node_commands::end_leftovers>(), IsEmpty());
  node->tell(node_events::run_closed{{1}});
  EXPECT_EQ(node->said<node_commands::end_leftovers>().size(), 1U);
  node->ask(2, {{0, 0}});
  EXPECT_THAT(node->said<node_commands::construct_solver>(), IsEmpty());
  node->pass(20s);
  EXPECT_EQ(text_of(node->only<node_commands::answer>()),
            "step 'constructor': time_limit: what the run before has left behind did not end in "
            "20000 ms");
}

TEST(worker_life, one_that_nothing_reaches_is_killed_and_one_that_nobody_asked_for_too) {
  const auto node = scripted_node::ready(1);
  node->tell(node_events::worker_unreachable{node->worker(0)});
  EXPECT_EQ(node->only<node_commands::kill_worker>().worker, node->worker(0));
  node->tell(node_events::worker_joined{{0, 999}});
  EXPECT_EQ(node->only<node_commands::kill_worker>().worker, (worker_key{0, 999}));
  node->end({0, 999});
  EXPECT_THAT(node->commands, IsEmpty());
}

TEST(worker_life, where_workers_stay_they_close_their_solver_and_serve_the_next_run) {
  const auto node = scripted_node::ready(2, true);
  node->construct(1, both, old_build);
  node->pass(10s);
  EXPECT_THAT(started(*node), IsEmpty());
  node->tell(node->step(1, 1));
  node->answer(node->said<node_commands::hand_task>().at(0).task);
  node->tell(node_events::run_closed{{1}});
  EXPECT_THAT(node->whom<node_commands::close_solver>(), ElementsAre(node->worker(0)));
  EXPECT_THAT(node->whom<node_commands::kill_worker>(), ElementsAre(node->worker(1)))
      << "it computes";
  node->ask(2, both, new_build);
  EXPECT_THAT(node->said<node_commands::construct_solver>(), IsEmpty());
  node->end(node->worker(1), "was given up");
  EXPECT_THAT(started(*node), ElementsAre(1));
  node->join(1);
  EXPECT_THAT(node->whom<node_commands::construct_solver>(),
              ElementsAre(node->worker(0), node->worker(1, 1)));
}

TEST(node_end, workers_that_part_are_waited_for_and_nothing_is_started_NE_10) {
  const auto node = scripted_node::ready(2);
  node->construct(1, {{0, 0}});
  node->tell(node_events::run_closed{{1}});
  node->tell(node_events::stop_asked_of_node{77});
  EXPECT_THAT(node->said<node_commands::stop_workers>(), IsEmpty());
  node->ask(2, {{0, 1}});
  EXPECT_EQ(node->only<node_commands::refuse>().why, errc::shutting_down);
  node->pass(100ms);
  EXPECT_THAT(started(*node), IsEmpty());
  node->end(node->worker(0));
  EXPECT_EQ(node->said<node_commands::stop_workers>().size(), 1U);
  EXPECT_THAT(node->said<node_commands::end_leftovers>(), IsEmpty());
  node->end(node->worker(1));
  EXPECT_EQ(node->only<node_commands::end_node>().request, 77U);
  EXPECT_THAT(started(*node), IsEmpty());
}

TEST(libraries, are_looked_for_where_they_lie_elsewhere) {
  const auto node = scripted_node::ready(1, false, true);
  node->ask(1, {{0, 0}}, new_build);
  const auto search = node->only<node_commands::find_library>();
  EXPECT_EQ(search.model.sha256, "new");
  node->tell(node_events::library_searched{{1}, search.search + 1, "/elsewhere", {}});
  EXPECT_THAT(node->commands, IsEmpty()) << "of another search";
  node->tell(node_events::library_searched{{1}, search.search, "/cache/pi.so", {}});
  EXPECT_EQ(node->only<node_commands::construct_solver>().model.path, "/cache/pi.so");
}

TEST(libraries, that_are_missing_refuse_the_run_until_it_is_asked_for_again) {
  const auto node = scripted_node::ready(1, false, true);
  node->ask(1, {{0, 0}}, new_build);
  const auto search = node->only<node_commands::find_library>().search;
  node->tell(node_events::library_searched{{1}, search, {}, "it is not here"});
  EXPECT_EQ(node->only<node_commands::refuse>().why, errc::model_missing);
  EXPECT_EQ(node->only<node_commands::refuse>().text, "it is not here");
  EXPECT_TRUE(node->engine.has({1}));
  node->tell(node->step(1, 1));
  EXPECT_EQ(node->only<node_commands::refuse>().why, errc::wrong_state);
  node->ask(1, {{0, 0}}, new_build);
  EXPECT_GT(node->only<node_commands::find_library>().search, search);
}

TEST(libraries, that_are_found_after_the_grace_of_a_cancel_are_too_late) {
  const auto node = scripted_node::ready(1, false, true);
  node->ask(1, {{0, 0}}, new_build);
  const auto search = node->only<node_commands::find_library>().search;
  node->tell(node_events::cancel_asked{{1}, 10ms});
  node->pass(10ms);
  EXPECT_EQ(node->only<node_commands::answer>().failed->type, "cancelled");
  node->tell(node_events::library_searched{{1}, search, "/cache/pi.so", {}});
  EXPECT_THAT(node->commands, IsEmpty());
}

} // namespace lockstep
