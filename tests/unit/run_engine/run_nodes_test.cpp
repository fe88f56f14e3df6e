// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/run_engine/engine_under_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Nodes that are lost or told to leave, and the end of a head.

namespace lockstep {

namespace {

using manner = events::stop_asked::manner;

const node_number near{1};
const node_number far{2};

} // namespace

TEST(run_nodes, a_lost_node_fails_the_step_of_each_of_its_runs_and_of_no_other) {
  engine_under_test head{{3, 1}};
  const auto whole = head.begin(2);
  const auto split = head.begin(2);
  head.call(whole, broadcast_call());
  head.call(split, broadcast_call());
  head.tell(events::node_lost{far});
  EXPECT_FALSE(head.ordered<commands::node_down>().at(0).left);
  const auto answers = head.ordered<commands::answer_plan>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].run, split);
  EXPECT_EQ(failure_in(answers[0])->type, "node_lost");
  EXPECT_EQ(failure_in(answers[0])->node, "n2");
  EXPECT_EQ(failure_in(answers[0])->step, "work");
  EXPECT_EQ(failure_in(answers[0])->text, "node n2 on host is gone, and with it solver 1 of 2");
  EXPECT_EQ(nodes_of(head.ordered<commands::stop_solvers>()), std::vector<node_number>{near});
  head.end_plan(split);
  EXPECT_EQ(nodes_of(head.ordered<commands::close_run>()), std::vector<node_number>{near});
}

TEST(run_nodes, a_node_that_is_lost_while_a_call_is_held_answers_it) {
  engine_under_test head{{1, 1}};
  const auto run = head.begin(0);
  head.tell(events::pause_asked{run});
  head.call(run, broadcast_call());
  head.tell(events::node_lost{far});
  EXPECT_EQ(failure_in(head.ordered<commands::answer_plan>().at(0))->type, "node_lost");
}

TEST(run_nodes, a_node_that_is_lost_while_solvers_are_constructed_fails_the_run) {
  engine_under_test head{{1, 1}};
  const auto run = head.add(0);
  head.tell(events::node_lost{far});
  EXPECT_EQ(head.changes().at(0), std::pair(run, run_state::failed));
  EXPECT_EQ(nodes_of(head.ordered<commands::close_run>()), std::vector<node_number>{near});
}

TEST(run_nodes, a_run_that_waits_for_every_place_wants_those_of_a_lost_node_no_more) {
  engine_under_test head{{1, 1}};
  const auto run = head.begin(2);
  head.tell(events::node_lost{near});
  head.end_plan(run);
  const auto all = head.add(0);
  EXPECT_EQ(head.changes().at(0), std::pair(all, run_state::starting));
  EXPECT_EQ(nodes_of(head.ordered<commands::prepare_node>()), std::vector<node_number>{far});
}

TEST(run_nodes, an_idle_node_that_is_told_to_leave_goes_at_once) {
  engine_under_test head{{1}};
  head.tell(events::drain_asked{"n1"});
  EXPECT_EQ(nodes_of(head.ordered<commands::node_draining>()), std::vector<node_number>{near});
  EXPECT_EQ(nodes_of(head.ordered<commands::stop_node>()), std::vector<node_number>{near});
  head.tell(events::node_lost{near});
  EXPECT_TRUE(head.ordered<commands::node_down>().at(0).left);
}

TEST(run_nodes, a_node_that_is_told_to_leave_goes_once_each_of_its_runs_was_between_two_steps) {
  engine_under_test head;
  const auto node = head.join(2, "alpha");
  const auto computing = head.begin(1);
  const auto idle = head.begin(1);
  head.call(computing, broadcast_call());
  head.tell(events::drain_asked{"alpha"});
  EXPECT_EQ(head.ordered<commands::close_run>().at(0).run, idle);
  EXPECT_TRUE(head.ordered<commands::stop_node>().empty());
  EXPECT_EQ(head.engine.courses().size(), 2U) << "its plan is told at its next call";
  head.answer(computing, node, 1, 1);
  EXPECT_TRUE(head.ordered<commands::step_over>().at(0).whole);
  EXPECT_EQ(head.ordered<commands::close_run>().at(0).run, computing);
  EXPECT_EQ(nodes_of(head.ordered<commands::stop_node>()), std::vector<node_number>{node});
  head.call(idle, broadcast_call());
  const auto why = failure_in(head.ordered<commands::answer_plan>().at(0));
  EXPECT_EQ(why->type, "node_drained");
  EXPECT_EQ(why->text, "node n1 (alpha on host) was told to leave, and with it solver 0 of 1");
}

TEST(run_nodes, a_node_that_is_told_to_leave_goes_when_its_last_run_is_over) {
  engine_under_test head{{1}};
  const auto run = head.add(1);
  head.tell(events::drain_asked{"n1"});
  EXPECT_TRUE(head.ordered<commands::stop_node>().empty()) << "solvers are being constructed";
  head.fail(run, near, 0, "no", true);
  EXPECT_EQ(head.ordered<commands::stop_node>().size(), 1U);
}

TEST(run_nodes, a_draining_node_gets_no_new_run_and_cannot_be_told_twice) {
  engine_under_test head{{2}};
  const auto run = head.begin(1);
  head.call(run, broadcast_call());
  head.tell(events::drain_asked{"n1"});
  head.tell(events::drain_asked{"n1"});
  EXPECT_EQ(head.ordered<commands::request_refused>().at(0).what, errc::wrong_state);
  EXPECT_EQ(head.ordered<commands::request_refused>().at(0).why, "node n1 is draining already");
  head.tell(events::drain_asked{"n7"});
  EXPECT_EQ(head.ordered<commands::request_refused>().at(0).why, "no node \"n7\" is up");
  head.add(1);
  EXPECT_TRUE(head.changes().empty());
}

TEST(run_nodes, a_head_that_is_told_to_stop_cancels_every_run_and_ends_when_all_are_gone) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  const auto queued = head.add(1);
  head.tell(events::stop_asked{manner::at_once});
  EXPECT_EQ(head.changes().at(0), std::pair(queued, run_state::cancelled));
  EXPECT_EQ(head.changes().at(1), std::pair(run, run_state::cancelling));
  EXPECT_EQ(head.ordered<commands::cancel_noted>().at(0).why, "the head ends");
  EXPECT_EQ(head.ordered<commands::stop_node>().size(), 1U);
  EXPECT_EQ(head.engine.refusal({})->what, errc::shutting_down);
  head.tell(events::node_joined{{9}, {}, {}, 1});
  EXPECT_EQ(head.ordered<commands::request_refused>().at(0).what, errc::shutting_down);
  head.tell(events::node_lost{near});
  EXPECT_TRUE(head.ordered<commands::end>().empty());
  head.tell(events::plan_over{run, events::plan_over::ending::cancelled});
  EXPECT_EQ(head.ordered<commands::end>().size(), 1U);
  head.end_plan(run);
  head.tell(events::timer_rang{{run_timer::name::stop, {}}});
  EXPECT_TRUE(head.last.empty()) << "RE-8";
}

TEST(run_nodes, a_head_that_is_told_to_stop_ends_at_its_limit_though_a_plan_goes_on) {
  engine_under_test head{{1}};
  head.begin(1);
  head.tell(events::stop_asked{});
  const auto timer = head.ordered<commands::set_timer>().back();
  EXPECT_EQ(timer.when, head.now + run_engine::stop_limit);
  head.tell(events::timer_rang{timer.timer});
  EXPECT_EQ(head.ordered<commands::end>().size(), 1U);
}

TEST(run_nodes, a_head_that_is_told_to_stop_when_idle_finishes_its_queue) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  const auto queued = head.add(1);
  head.tell(events::stop_asked{manner::when_idle});
  EXPECT_TRUE(head.last.empty());
  head.end_plan(run);
  EXPECT_EQ(head.changes().back(), std::pair(queued, run_state::starting));
  EXPECT_TRUE(head.ordered<commands::stop_node>().empty());
  head.constructed(queued);
  head.end_plan(queued);
  EXPECT_EQ(head.ordered<commands::stop_node>().size(), 1U);
}

TEST(run_nodes, cancelling_the_last_queued_run_lets_a_head_that_waits_for_it_stop) {
  engine_under_test head;
  const auto run = head.add(1);
  head.tell(events::stop_asked{manner::when_idle});
  head.tell(events::cancel_asked{run, {}, "x"});
  EXPECT_EQ(head.ordered<commands::end>().size(), 1U);
}

TEST(run_nodes, a_head_that_lets_nodes_of_other_machines_go_does_not_stop_them) {
  engine_under_test head{{1}};
  const auto remote = head.join(1, "alpha", true);
  const auto run = head.begin(2);
  head.call(run, broadcast_call());
  head.tell(events::stop_asked{manner::at_once_alone});
  EXPECT_EQ(nodes_of(head.ordered<commands::node_down>()), std::vector<node_number>{remote});
  EXPECT_EQ(nodes_of(head.ordered<commands::stop_node>()), std::vector<node_number>{near});
}

TEST(run_nodes, only_so_many_nodes_can_join) {
  engine_under_test head;
  for (std::size_t i = 0; i < place_table::nodes_max; ++i)
    head.join(1);
  head.join(1);
  EXPECT_EQ(head.ordered<commands::request_refused>().at(0).what, errc::limit_exceeded);
}

} // namespace lockstep
