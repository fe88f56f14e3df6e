// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/run_engine/engine_under_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

// The steps of a run over its nodes: fan out, join, failures.

namespace lockstep {

namespace {

constexpr auto every_step = std::numeric_limits<std::uint64_t>::max();
const node_number n1{1};
const node_number n2{2};
const node_number n3{3};

blob of_size(std::size_t size) {
  return blob{std::vector<std::byte>(size)};
}

} // namespace

TEST(run_steps, the_plan_begins_when_the_solvers_of_all_nodes_stand) {
  engine_under_test head{{2, 1}};
  const auto run = head.add(0);
  head.tell(events::node_answered{run, n2});
  EXPECT_TRUE(head.last.empty());
  head.tell(events::node_answered{run, n1});
  const auto begun = head.ordered<commands::begin_plan>().at(0);
  EXPECT_EQ(begun.solvers, 3U);
  EXPECT_EQ(begun.groups, (std::vector<share>{{0, 2}, {2, 1}}));
}

TEST(run_steps, a_step_goes_to_every_node_and_its_answers_stand_in_the_order_of_solvers) {
  engine_under_test head{{2, 1}};
  const auto run = head.begin(0);
  const auto call = head.call(run, broadcast_call());
  const auto asked = head.ordered<commands::ask_node>();
  EXPECT_EQ(nodes_of(asked), (std::vector<node_number>{n1, n2}));
  EXPECT_EQ(asked[0].number, 1U);
  head.tell(events::node_answered{run, n2, 1, 1, {of_size(3)}, {0.5}});
  EXPECT_TRUE(head.last.empty());
  head.now += std::chrono::seconds{2};
  head.tell(events::node_answered{run, n1, 1, 1, {of_size(1), of_size(2)}, {0.25, 1}, 0.125});
  const auto answer = head.ordered<commands::answer_plan>().at(0);
  EXPECT_EQ(answer.call, call);
  const auto& answers = std::get<std::vector<blob>>(answer.outcome);
  ASSERT_EQ(answers.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(answers[i].size(), i + 1);
  const auto told = head.ordered<commands::step_over>().at(0);
  EXPECT_TRUE(told.whole);
  EXPECT_EQ(told.metrics.seconds, 2);
  EXPECT_EQ(told.metrics.solver_seconds, (std::vector<double>{0.25, 1, 0.5}));
  EXPECT_EQ(told.metrics.reduce_seconds, 0.125);
  EXPECT_EQ(told.metrics.bytes_in, 6U);
}

TEST(run_steps, a_step_tells_when_it_began_from_the_start_of_the_plan_pauses_included) {
  engine_under_test head{{1}};
  const auto run = head.begin(0);
  const auto began = head.now + std::chrono::seconds{3}; // the plan, once it was started
  head.now += std::chrono::seconds{4};
  head.tell(events::plan_called{run, 7, broadcast_call(), {.began = began}});
  EXPECT_EQ(head.ordered<commands::step_begun>().at(0).metrics.began, 1);
  head.now += std::chrono::seconds{2};
  head.answer(run, n1, 1, 1);
  const auto first = head.ordered<commands::step_over>().at(0);
  EXPECT_EQ(first.metrics.began, 1);
  EXPECT_EQ(first.metrics.seconds, 2);
  head.tell(events::pause_asked{run});
  head.call(run, broadcast_call());
  EXPECT_TRUE(head.ordered<commands::step_begun>().empty());
  head.now += std::chrono::seconds{10};
  head.tell(events::resume_asked{run});
  EXPECT_EQ(head.ordered<commands::step_begun>().at(0).metrics.began, 13);
}

TEST(run_steps, where_a_plan_has_not_said_when_it_began_its_turn_counts) {
  engine_under_test head{{1}};
  const auto run = head.begin(0);
  head.now += std::chrono::milliseconds{500};
  head.call(run, broadcast_call());
  EXPECT_EQ(head.ordered<commands::step_begun>().at(0).metrics.began, 0.5);
}

TEST(run_steps, each_node_gets_the_arguments_of_its_solvers) {
  engine_under_test head{{2, 1}};
  const auto run = head.begin(0);
  auto step = broadcast_call();
  step.kind = step_kind::scatter;
  step.arguments = {of_size(1), of_size(2), of_size(3)};
  head.call(run, step);
  const auto asked = head.ordered<commands::ask_node>();
  ASSERT_EQ(asked[0].arguments.size(), 2U);
  ASSERT_EQ(asked[1].arguments.size(), 1U);
  EXPECT_EQ(asked[1].arguments[0].size(), 3U);
  EXPECT_EQ(head.ordered<commands::step_begun>().at(0).metrics.bytes_out, 6U);
  step.arguments.pop_back();
  head.answer(run, n1, 1, 2);
  head.answer(run, n2, 1, 1);
  head.call(run, step);
  EXPECT_EQ(failure_in(head.ordered<commands::answer_plan>().at(0))->type, "wrong_arguments");
}

TEST(run_steps, arguments_that_no_message_can_hold_fail_the_step_without_being_sent) {
  engine_under_test head{{65, 1}};
  const auto run = head.begin(0);
  auto step = broadcast_call();
  step.kind = step_kind::scatter;
  step.arguments.assign(65, of_size(std::size_t{64} << 20U)); // the same bytes, 65 times
  step.arguments.emplace_back();
  head.call(run, step);
  EXPECT_EQ(nodes_of(head.ordered<commands::ask_node>()), std::vector<node_number>{n2});
  EXPECT_EQ(nodes_of(head.ordered<commands::stop_solvers>()), std::vector<node_number>{n2});
  head.answer(run, n2, 1, 0);
  const auto why = failure_in(head.ordered<commands::answer_plan>().at(0));
  EXPECT_EQ(why->type, "payload_too_large");
  EXPECT_THAT(why->text, testing::HasSubstr("4362076160 bytes together"));
}

TEST(run_steps, a_map_is_dealt_to_nodes_and_a_reduce_brings_the_subtrees_of_each) {
  engine_under_test head{{3, 1}};
  const auto run = head.begin(0);
  auto step = broadcast_call();
  step.kind = step_kind::map;
  step.arguments.resize(8);
  head.call(run, step);
  EXPECT_EQ(head.ordered<commands::ask_node>()[0].arguments.size(), 6U);
  head.answer(run, n1, 1, 6);
  head.answer(run, n2, 1, 2);
  EXPECT_TRUE(head.ordered<commands::step_over>().at(0).whole);
  step = broadcast_call();
  step.kind = step_kind::reduce;
  head.call(run, step);
  head.answer(run, n1, 2, 2); // solvers 0 and 1 combined, and solver 2
  head.answer(run, n2, 2, 1);
  EXPECT_TRUE(head.ordered<commands::step_over>().at(0).whole);
}

TEST(run_steps, a_node_that_brings_another_number_of_answers_fails_the_step) {
  engine_under_test head{{2, 1}};
  const auto run = head.begin(0);
  head.call(run, broadcast_call());
  head.answer(run, n2, 1, 2);
  EXPECT_EQ(nodes_of(head.ordered<commands::stop_solvers>()), std::vector<node_number>{n1});
  head.answer(run, n1, 1, 0); // asked to stop, it has none
  const auto why = failure_in(head.ordered<commands::answer_plan>().at(0));
  ASSERT_TRUE(why.has_value());
  EXPECT_EQ(why->type, "wrong_answer");
  EXPECT_EQ(why->node, "n2");
}

TEST(run_steps, an_answer_counts_for_the_run_the_step_and_the_attempt_that_it_names) {
  engine_under_test head{{1, 1}};
  const auto run = head.begin(0);
  head.call(run, broadcast_call());
  head.answer(run, n1, 1, 1);
  for (const auto& late : {events::node_answered{run, n1, 1, 1, {of_size(9)}}, // again
                           events::node_answered{run, n2, 0, 1, {of_size(9)}},
                           events::node_answered{run, n2, 2, 1, {of_size(9)}},
                           events::node_answered{run, n2, 1, 2, {of_size(9)}},
                           events::node_answered{run, n3, 1, 1, {of_size(9)}},
                           events::node_answered{run_id{7}, n2, 1, 1, {of_size(9)}}}) {
    head.tell(late);
    EXPECT_TRUE(head.last.empty());
  }
  EXPECT_EQ(head.engine.late_answers(), 6U);
  head.answer(run, n2, 1, 1);
  EXPECT_TRUE(head.ordered<commands::step_over>().at(0).whole);
}

TEST(run_steps, a_throw_on_one_node_asks_the_solvers_of_all_others_to_stop_in_this_step) {
  engine_under_test head{{1, 1, 2}};
  const auto other = head.begin(1); // has n1
  const auto run = head.begin(0 + 2);
  const auto bystander = head.begin(1);
  head.call(other, broadcast_call());
  head.call(bystander, broadcast_call());
  head.call(run, broadcast_call());
  head.fail(run, n2, 1, "no");
  const auto stops = head.ordered<commands::stop_solvers>();
  EXPECT_EQ(nodes_of(stops), std::vector<node_number>{n3});
  EXPECT_EQ(stops.at(0).run, run) << "RE-5: no other run is touched";
  EXPECT_EQ(stops.at(0).up_to_number, 1U);
  EXPECT_EQ(head.last.size(), 1U);
  head.answer(run, n3, 1, 0);
  EXPECT_EQ(failure_in(head.ordered<commands::answer_plan>().at(0))->text, "no");
  head.call(run, broadcast_call());
  EXPECT_EQ(head.ordered<commands::ask_node>().size(), 2U) << "the plan may go on";
}

TEST(run_steps, a_death_on_one_node_fails_the_step_at_once_and_every_later_one) {
  engine_under_test head{{1, 1}};
  const auto run = head.begin(0);
  head.call(run, broadcast_call());
  head.fail(run, n2, 1, "it died", true);
  EXPECT_EQ(nodes_of(head.ordered<commands::stop_solvers>()), std::vector<node_number>{n1});
  EXPECT_EQ(head.ordered<commands::stop_solvers>().at(0).up_to_number, every_step);
  EXPECT_EQ(head.ordered<commands::abandon_payloads>().size(), 1U);
  EXPECT_EQ(failure_in(head.ordered<commands::answer_plan>().at(0))->text, "it died");
  head.answer(run, n1, 1, 1);
  EXPECT_TRUE(head.last.empty());
  auto later = broadcast_call();
  later.name = "later";
  head.call(run, later);
  EXPECT_TRUE(head.ordered<commands::ask_node>().empty());
  EXPECT_EQ(failure_in(head.ordered<commands::answer_plan>().at(0))->text, "it died");
  EXPECT_EQ(failure_in(head.ordered<commands::answer_plan>().at(0))->step, "later");
}

TEST(run_steps, the_failure_of_the_lowest_solver_is_told_whichever_node_was_first) {
  engine_under_test head{{1, 1}};
  const auto run = head.begin(0);
  head.call(run, broadcast_call());
  head.fail(run, n2, 1, "second");
  head.fail(run, n1, 1, "first");
  EXPECT_EQ(failure_in(head.ordered<commands::answer_plan>().at(0))->text, "first");
}

TEST(run_steps, a_solver_that_cannot_be_constructed_fails_the_run_and_stops_the_others) {
  engine_under_test head{{1, 1}};
  const auto run = head.add(0);
  head.fail(run, n2, 0, "no file", true);
  EXPECT_EQ(nodes_of(head.ordered<commands::stop_solvers>()), std::vector<node_number>{n1});
  EXPECT_EQ(head.changes().back(), std::pair(run, run_state::failed));
  EXPECT_EQ(head.ordered<commands::run_changed>().at(0).failed->text, "no file");
  EXPECT_EQ(nodes_of(head.ordered<commands::close_run>()), (std::vector<node_number>{n1, n2}));
}

TEST(run_steps, a_limit_that_is_over_fails_the_step_before_it_begins) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  auto step = broadcast_call();
  for (const auto limit : {0, -5}) {
    step.time_limit = std::chrono::milliseconds{limit};
    head.call(run, step);
    EXPECT_TRUE(head.ordered<commands::ask_node>().empty());
    const auto why = failure_in(head.ordered<commands::answer_plan>().at(0));
    EXPECT_EQ(why->type, "time_limit");
    EXPECT_EQ(why->step, "work");
  }
}

TEST(run_steps, the_longest_limit_is_none) {
  engine_under_test head{{1}};
  const auto run = head.begin(1);
  auto step = broadcast_call();
  step.time_limit = std::chrono::milliseconds::max();
  head.call(run, step);
  EXPECT_EQ(head.ordered<commands::ask_node>().at(0).call->time_limit, std::nullopt);
  EXPECT_TRUE(head.ordered<commands::set_timer>().empty()) << "nodes see to it";
}

TEST(run_steps, a_library_that_is_missing_is_sent_where_that_is_wanted_and_asked_for_anew) {
  engine_under_test head{{1}};
  const auto far = head.join(1, "alpha", true);
  const auto run = head.add(run_wish{{}, {}, true});
  head.tell(events::node_answered{run, n1});
  head.tell(events::library_missing{run, far, 1, "it"});
  EXPECT_EQ(nodes_of(head.ordered<commands::push_library>()), std::vector<node_number>{far});
  head.tell(events::library_pushed{run, far, 1});
  const auto again = head.ordered<commands::prepare_node>().at(0);
  EXPECT_EQ(again.attempt, 2U);
  head.tell(events::node_answered{run, far, 0, 1});
  EXPECT_TRUE(head.last.empty()) << "RC-2: the first attempt does not count any more";
  head.tell(events::library_missing{run, far, 2, "the library: it is broken"});
  EXPECT_EQ(head.changes().back(), std::pair(run, run_state::failed));
  EXPECT_EQ(head.ordered<commands::run_changed>().at(0).failed->text,
            "node n2 (host) has not the library: it is broken");
}

TEST(run_steps, a_run_that_is_cancelled_while_its_library_is_sent_constructs_nothing) {
  engine_under_test head{{}};
  const auto far = head.join(1, "alpha", true);
  const auto run = head.add(run_wish{{}, {}, true});
  head.tell(events::library_missing{run, far, 1, "it"});
  head.tell(events::cancel_asked{run, {}, "enough"});
  head.tell(events::library_pushed{run, far, 1});
  EXPECT_TRUE(head.ordered<commands::prepare_node>().empty());
  EXPECT_EQ(head.changes().back(), std::pair(run, run_state::cancelled));
}

TEST(run_steps, a_library_that_is_missing_fails_the_run_with_what_to_do) {
  engine_under_test head{{1}};
  const auto run = head.add(run_wish{{}, {}, true});
  head.tell(events::library_missing{run, n1, 1, "the library: no file"});
  EXPECT_TRUE(head.ordered<commands::push_library>().empty()) << "it is the head's own machine";
  const auto why = head.ordered<commands::run_changed>().at(0).failed.value();
  EXPECT_EQ(why.type, "model_missing");
  EXPECT_EQ(why.text, "node n1 (host) has not the library: no file; install it on node n1 (host) "
                      "or start the run with --push-models");
}

} // namespace lockstep
