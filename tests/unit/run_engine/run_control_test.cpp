// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/run_engine/engine_under_test.hpp"

#include "actors/wire/limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

// What people do to runs: pause, resume, cancel; and what a plan does by itself.

namespace lockstep {

namespace {

using namespace std::chrono_literals;

using seen_changes = std::vector<std::pair<run_id, run_state>>;

errc refused_with(const engine_under_test& head) {
  return head.ordered<commands::request_refused>().at(0).what;
}

} // namespace

TEST(run_control, a_pause_holds_the_next_call_and_resuming_begins_it) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.tell(events::pause_asked{run});
  EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::paused}}));
  head.call(run, broadcast_call());
  EXPECT_TRUE(head.ordered<commands::ask_node>().empty());
  head.tell(events::resume_asked{run});
  EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::running}}));
  EXPECT_EQ(head.ordered<commands::ask_node>().size(), 1U);
}

TEST(run_control, a_pause_lets_the_step_under_way_end) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.call(run, broadcast_call());
  head.tell(events::pause_asked{run});
  head.answer(run, {1}, 1, 1);
  EXPECT_EQ(head.ordered<commands::answer_plan>().size(), 1U);
}

TEST(run_control, a_pause_is_not_the_plans_time) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.tell(events::pause_asked{run});
  head.now += 1s;
  head.call(run, broadcast_call());
  EXPECT_EQ(head.ordered<commands::between_steps>().at(0).seconds, 1);
  head.now += 1h;
  head.tell(events::resume_asked{run});
  head.now += 3s;
  head.answer(run, {1}, 1, 1);
  EXPECT_EQ(head.ordered<commands::step_over>().at(0).metrics.seconds, 3);
}

TEST(run_control, what_a_run_is_in_no_state_for_is_refused_and_changes_nothing) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  const auto queued = head.add(1);
  head.tell(events::resume_asked{run});
  EXPECT_EQ(refused_with(head), errc::wrong_state);
  EXPECT_EQ(head.ordered<commands::request_refused>().at(0).why,
            "run r1 is running, so it cannot be resumed");
  head.tell(events::pause_asked{queued});
  EXPECT_EQ(head.ordered<commands::request_refused>().at(0).why,
            "run r2 is queued, so it cannot be paused");
  head.tell(events::pause_asked{run_id{9}});
  EXPECT_EQ(refused_with(head), errc::no_such_run);
  head.tell(events::cancel_asked{run_id{9}, {}, "x"});
  EXPECT_EQ(refused_with(head), errc::no_such_run);
  EXPECT_TRUE(head.changes().empty());
  EXPECT_EQ(head.engine.queue().size(), 1U);
}

TEST(run_control, a_cancel_tells_plan_and_nodes_and_the_killed_step_is_cancelled) {
  engine_under_test head{{1, 1}};
  const auto run = head.begin(0);
  head.call(run, broadcast_call());
  head.tell(events::cancel_asked{run, 7ms, "I want it"});
  EXPECT_EQ(head.ordered<commands::cancel_noted>().at(0).why, "I want it");
  EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::cancelling}}));
  EXPECT_EQ(head.ordered<commands::stop_plan>().size(), 1U);
  const auto asked = head.ordered<commands::cancel_solvers>();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].grace, 7ms);
  EXPECT_EQ(head.ordered<commands::abandon_payloads>().at(0).why, "the run was cancelled");
  EXPECT_TRUE(head.ordered<commands::set_timer>().empty()) << "RC-5: the nodes see to the step";
  head.fail(run, {1}, 1, "killed", true);
  EXPECT_TRUE(is_cancelled(head.ordered<commands::answer_plan>().at(0)));
  head.tell(events::plan_over{run, events::plan_over::ending::cancelled});
  EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::cancelled}}));
}

TEST(run_control, a_step_that_returns_though_it_was_cancelled_has_its_answers) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.call(run, broadcast_call());
  head.tell(events::cancel_asked{run, {}, "x"});
  EXPECT_EQ(head.ordered<commands::cancel_solvers>().at(0).grace, limits::cancel_grace);
  head.answer(run, {1}, 1, 1);
  EXPECT_TRUE(
      std::holds_alternative<std::vector<blob>>(head.ordered<commands::answer_plan>()[0].outcome));
  head.call(run, broadcast_call());
  EXPECT_TRUE(is_cancelled(head.ordered<commands::answer_plan>().at(0)));
}

TEST(run_control, a_run_may_bring_its_own_grace) {
  engine_under_test head{{1}};
  const auto run = head.add(run_wish{{}, 42ms});
  head.tell(events::cancel_asked{run, {}, "x"});
  EXPECT_EQ(head.ordered<commands::cancel_solvers>().at(0).grace, 42ms);
}

TEST(run_control, a_second_cancel_is_refused) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.tell(events::cancel_asked{run, {}, "first"});
  head.tell(events::cancel_asked{run, {}, "second"});
  EXPECT_EQ(refused_with(head), errc::wrong_state);
  EXPECT_EQ(head.last.size(), 1U);
}

TEST(run_control, a_cancel_answers_the_call_that_a_pause_holds) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.tell(events::pause_asked{run});
  head.call(run, broadcast_call());
  head.tell(events::cancel_asked{run, {}, "x"});
  EXPECT_TRUE(is_cancelled(head.ordered<commands::answer_plan>().at(0)));
}

TEST(run_control, a_queued_run_that_is_cancelled_lets_those_behind_it_begin) {
  engine_under_test head{{2}};
  head.begin(1);
  const auto large = head.add(2);
  const auto small = head.add(1);
  head.tell(events::cancel_asked{large, {}, "x"});
  EXPECT_EQ(head.changes(),
            (seen_changes{{large, run_state::cancelled}, {small, run_state::starting}}));
}

TEST(run_control, a_run_that_is_cancelled_while_it_is_constructed_never_begins_its_plan) {
  engine_under_test head{{1}};
  const auto run = head.add(1);
  head.tell(events::cancel_asked{run, {}, "x"});
  head.tell(events::node_answered{run, {1}});
  EXPECT_TRUE(head.ordered<commands::begin_plan>().empty());
  EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::cancelled}}));
  EXPECT_EQ(head.ordered<commands::close_run>().size(), 1U);
}

TEST(run_control, cancelling_one_run_touches_no_other) {
  engine_under_test head{{2}};
  const auto run = head.begin(1);
  const auto other = head.begin(1);
  head.call(other, broadcast_call());
  head.tell(events::cancel_asked{run, {}, "x"});
  for (const auto& each : head.ordered<commands::cancel_solvers>())
    EXPECT_EQ(each.run, run);
  head.tell(events::plan_over{run, events::plan_over::ending::cancelled});
  for (const auto& each : head.ordered<commands::close_run>())
    EXPECT_EQ(each.run, run);
  head.answer(other, {1}, 1, 1);
  EXPECT_TRUE(head.ordered<commands::step_over>().at(0).whole);
}

TEST(run_control, a_plan_that_does_not_stop_in_its_grace_is_given_up) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.tell(events::cancel_asked{run, 2s, "x"});
  const auto timer = head.ordered<commands::set_timer>().at(0);
  EXPECT_EQ(timer.when, head.now + 2s);
  head.now += 1s;
  head.tell(events::timer_rang{timer.timer});
  EXPECT_EQ(head.ordered<commands::set_timer>().at(0).when, head.now + 1s) << "it rang too early";
  head.now += 1s;
  head.tell(events::timer_rang{timer.timer});
  EXPECT_EQ(head.ordered<commands::give_plan_up>().size(), 1U);
  EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::cancelled}}));
  const auto why = head.ordered<commands::run_changed>().at(0).failed.value();
  EXPECT_EQ(why.type, "plan_given_up");
  EXPECT_THAT(why.text, testing::HasSubstr("did not return within 2 s"));
  head.call(run, broadcast_call());
  EXPECT_TRUE(is_cancelled(head.ordered<commands::answer_plan>().at(0)));
  head.end_plan(run);
  EXPECT_TRUE(head.last.empty()) << "nothing counts that it does";
}

TEST(run_control, a_plan_has_its_grace_from_the_end_of_the_step_that_was_under_way) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.call(run, broadcast_call());
  head.tell(events::cancel_asked{run, 2s, "x"});
  head.now += 2s;
  head.answer(run, {1}, 1, 1);
  EXPECT_EQ(head.ordered<commands::set_timer>().at(0).when, head.now + 2s);
  head.end_plan(run);
  EXPECT_EQ(head.ordered<commands::remove_timer>().size(), 1U);
}

TEST(run_control, a_plan_that_cannot_begin_fails_its_run) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  step_failure why;
  why.type = "plan_cannot_start";
  head.tell(events::plan_over{run, events::plan_over::ending::failed, why});
  EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::failed}}));
  EXPECT_EQ(head.ordered<commands::run_changed>().at(0).failed->type, "plan_cannot_start");
  EXPECT_EQ(head.ordered<commands::close_run>().size(), 1U);
}

TEST(run_control, to_start_and_to_end_a_plan_is_no_part_of_its_runs_time) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  const auto began = head.now + 2s;
  head.now += 5s;
  head.tell(events::plan_called{run, 1, broadcast_call(), {1, 0, began, {}}});
  EXPECT_EQ(head.ordered<commands::between_steps>().at(0).seconds, 3);
  head.answer(run, {1}, 1, 1);
  const auto returned = head.now + 4s;
  head.now += 6s;
  head.tell(events::plan_over{run, events::plan_over::ending::returned, {}, {4, 0, {}, returned}});
  EXPECT_EQ(head.ordered<commands::between_steps>().at(0).seconds, 4);
}

TEST(run_control, a_plans_clock_counts_within_its_turn_only) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  const auto before = head.now - 1h;
  head.now += 5s;
  head.tell(events::plan_called{run, 1, broadcast_call(), {1, 0, before, before}});
  EXPECT_EQ(head.ordered<commands::between_steps>().at(0).seconds, 0);
}

TEST(run_control, a_plan_that_is_over_ends_its_run_as_it_says) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  head.now += 4s;
  step_failure why;
  why.text = "thrown";
  head.tell(events::plan_over{run, events::plan_over::ending::failed, why, {3, 1}});
  const auto time = head.ordered<commands::between_steps>().at(0);
  EXPECT_EQ(time.seconds, 4);
  EXPECT_EQ(time.spent.plan, 3);
  EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::failed}}));
  EXPECT_EQ(head.ordered<commands::run_changed>().at(0).failed->text, "thrown");
}

TEST(run_control, a_plan_that_dies_in_a_step_or_a_pause_leaves_no_call_unanswered) {
  engine_under_test head{{2}};
  const auto computing = head.begin(1);
  const auto paused = head.begin(1);
  head.call(computing, broadcast_call());
  head.tell(events::pause_asked{paused});
  head.call(paused, broadcast_call());
  for (const auto run : {computing, paused}) {
    head.tell(events::plan_over{run, events::plan_over::ending::failed, step_failure{}});
    EXPECT_TRUE(is_cancelled(head.ordered<commands::answer_plan>().at(0)));
    EXPECT_EQ(head.changes(), (seen_changes{{run, run_state::failed}}));
  }
  EXPECT_EQ(head.engine.places().find({1})->taken, 0U);
}

TEST(run_control, whose_turn_it_is_and_since_when_can_be_asked_at_any_time) {
  engine_under_test head{{2, 1}};
  const auto run = head.add(3);
  const auto turn = [&] { return head.engine.courses().at(run).turn().value(); };
  EXPECT_EQ(turn().turn, run_turn::whose::construction);
  ASSERT_EQ(turn().parts.size(), 2U);
  EXPECT_EQ(turn().parts[0].places.size(), 2U);
  EXPECT_TRUE(turn().parts[0].is_waited_for);
  head.constructed(run);
  EXPECT_EQ(turn().turn, run_turn::whose::plan);
  EXPECT_EQ(turn().number, 0U);
  EXPECT_FALSE(turn().parts[0].is_waited_for);
  head.now += 1s;
  head.call(run, broadcast_call());
  EXPECT_EQ(turn().turn, run_turn::whose::step);
  EXPECT_EQ(turn().since, head.now);
  EXPECT_EQ(turn().number, 1U);
  EXPECT_EQ(turn().name, broadcast_call().name);
  EXPECT_EQ(turn().kind, "broadcast");
  head.answer(run, {1}, 1, 2);
  EXPECT_FALSE(turn().parts[0].is_waited_for);
  EXPECT_TRUE(turn().parts[1].is_waited_for);
  head.now += 1s;
  head.answer(run, {2}, 1, 1);
  EXPECT_EQ(turn().turn, run_turn::whose::plan);
  EXPECT_EQ(turn().since, head.now);
  EXPECT_EQ(turn().number, 1U);
  head.tell(events::pause_asked{run});
  head.now += 1s;
  head.call(run, broadcast_call());
  EXPECT_EQ(turn().turn, run_turn::whose::held);
  EXPECT_EQ(turn().since, head.now);
  EXPECT_EQ(turn().name, broadcast_call().name);
}

} // namespace lockstep
