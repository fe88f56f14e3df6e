// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/step_join.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lockstep {

namespace {

blob bytes_of(std::size_t number) {
  return blob{std::vector<std::byte>(number)};
}

std::vector<blob> blobs(std::size_t count) {
  return std::vector<blob>(count);
}

step_failure because(const std::string& text) {
  step_failure what;
  what.text = text;
  return what;
}

} // namespace

TEST(step_join, a_broadcast_hands_one_argument_to_each_solver) {
  step_join join{step_kind::broadcast, 3, 1, 0};
  EXPECT_EQ(join.begin(), (std::vector<hand_out>{{0, 0, 1}, {1, 1, 1}, {2, 2, 1}}));
  EXPECT_EQ(join.unanswered(), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_FALSE(join.at_barrier());
}

TEST(step_join, a_step_is_at_its_barrier_when_the_last_solver_answered) {
  step_join join{step_kind::scatter, 2, 2, 0};
  (void)join.begin();
  EXPECT_FALSE(join.answered(1, blobs(1), 0).has_value());
  EXPECT_EQ(join.unanswered(), std::vector<std::size_t>{0});
  EXPECT_FALSE(join.at_barrier());
  join.answered(0, blobs(1), 0);
  EXPECT_TRUE(join.at_barrier());
  EXPECT_FALSE(join.has_failed());
}

TEST(step_join, answers_stand_in_the_order_of_solvers_whatever_came_first) {
  step_join join{step_kind::broadcast, 3, 1, 0};
  (void)join.begin();
  for (const std::size_t solver : {2U, 0U, 1U})
    join.answered(solver, {bytes_of(solver)}, 0);
  const auto answers = join.take_answers();
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(answers.at(i).size(), i);
}

TEST(step_join, a_step_that_is_stopped_hands_out_nothing_more_and_waits_for_who_computes) {
  step_join join{step_kind::map, 2, 10, 1};
  EXPECT_EQ(join.begin().size(), 2U);
  join.stop();
  EXPECT_FALSE(join.answered(1, blobs(1), 0).has_value());
  EXPECT_FALSE(join.at_barrier());
  EXPECT_FALSE(join.answered(0, blobs(1), 0).has_value());
  EXPECT_TRUE(join.at_barrier());
  EXPECT_FALSE(join.has_failed());
}

TEST(step_join, a_map_without_items_is_at_its_barrier_at_once) {
  step_join join{step_kind::map, 3, 0, 0};
  EXPECT_TRUE(join.begin().empty());
  EXPECT_TRUE(join.at_barrier());
  EXPECT_TRUE(join.take_answers().empty());
}

TEST(step_join, a_map_with_fewer_items_than_solvers_leaves_some_idle) {
  step_join join{step_kind::map, 4, 2, 0};
  EXPECT_EQ(join.begin(), (std::vector<hand_out>{{0, 0, 1}, {1, 1, 1}}));
}

TEST(step_join, a_map_hands_out_chunks_of_the_wished_size) {
  step_join join{step_kind::map, 2, 5, 2};
  EXPECT_EQ(join.begin(), (std::vector<hand_out>{{0, 0, 2}, {1, 2, 2}}));
  EXPECT_EQ(join.answered(1, blobs(2), 0), (hand_out{1, 4, 1}));
  EXPECT_FALSE(join.answered(0, blobs(2), 0).has_value());
}

TEST(step_join, a_map_without_a_wish_begins_with_large_chunks_and_ends_with_single_items) {
  step_join join{step_kind::map, 2, 100, 0};
  const auto first = join.begin();
  EXPECT_EQ(first.at(0).count, 25U);
  EXPECT_EQ(first.at(1).count, 18U);
  std::size_t last = first.at(1).count;
  std::size_t messages = 2;
  for (auto next = join.answered(1, blobs(last), 0); next; ++messages) {
    EXPECT_LE(next->count, last);
    last = next->count;
    next = join.answered(1, blobs(last), 0);
  }
  EXPECT_EQ(last, 1U);
  EXPECT_LT(messages, 25U);
}

TEST(step_join, answers_of_another_number_than_handed_out_are_a_failure) {
  step_join join{step_kind::map, 1, 4, 4};
  (void)join.begin();
  EXPECT_FALSE(join.answered(0, blobs(3), 0).has_value());
  const auto failed = join.take_failure();
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->type, "wrong_answer");
  EXPECT_EQ(failed->text, "3 answers came where 4 were due");
  EXPECT_EQ(join.failed_member(), 0U);
}

TEST(step_join, a_wrong_number_of_answers_is_no_failure_once_the_step_has_failed_or_was_stopped) {
  step_join stopped{{2, 3}};
  (void)stopped.begin();
  stopped.stop();
  stopped.answered(0, {}, 0);
  stopped.answered(1, {}, 0);
  EXPECT_TRUE(stopped.at_barrier());
  EXPECT_FALSE(stopped.has_failed());
  step_join failed{{2, 3}};
  (void)failed.begin();
  failed.threw(1, because("no"));
  failed.answered(0, {}, 0);
  EXPECT_EQ(failed.failed_member(), 1U);
  EXPECT_EQ(failed.take_failure().value().text, "no");
}

TEST(step_join, a_node_is_handed_a_range_and_owes_an_answer_for_each_of_it) {
  step_join join{{2, 0, 3}};
  EXPECT_EQ(join.begin(), (std::vector<hand_out>{{0, 0, 2}, {1, 2, 0}, {2, 2, 3}}));
  join.answered(2, {bytes_of(2), bytes_of(3), bytes_of(4)});
  join.answered(0, {bytes_of(0), bytes_of(1)});
  EXPECT_FALSE(join.at_barrier()) << "who owes nothing is waited for too";
  join.answered(1, {});
  EXPECT_TRUE(join.at_barrier());
  const auto answers = join.take_answers();
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(answers.at(i).size(), i);
}

TEST(step_join, an_answer_that_nobody_waits_for_is_ignored) {
  step_join join{step_kind::broadcast, 2, 1, 0};
  (void)join.begin();
  join.answered(0, {bytes_of(7)}, 1);
  join.answered(0, {bytes_of(9)}, 1);
  join.threw(0, because("too late"));
  EXPECT_FALSE(join.has_failed());
  join.answered(1, blobs(1), 0);
  EXPECT_EQ(join.take_seconds(), (std::vector<double>{1, 0}));
  EXPECT_EQ(join.take_answers().at(0).size(), 7U);
}

TEST(step_join, after_a_failure_the_barrier_waits_for_those_who_compute) {
  step_join join{step_kind::map, 2, 10, 1};
  (void)join.begin();
  join.threw(1, because("no"));
  EXPECT_FALSE(join.at_barrier());
  EXPECT_FALSE(join.answered(0, blobs(1), 0).has_value()) << "nothing more is handed out";
  EXPECT_TRUE(join.at_barrier());
}

TEST(step_join, giving_up_ends_the_waiting) {
  step_join join{step_kind::broadcast, 3, 1, 0};
  (void)join.begin();
  join.lost(1, because("gone"));
  EXPECT_FALSE(join.at_barrier());
  join.give_up();
  EXPECT_TRUE(join.at_barrier());
  EXPECT_TRUE(join.unanswered().empty());
}

TEST(step_join, the_failure_of_the_lowest_solver_is_told_whoever_failed_first) {
  step_join join{step_kind::broadcast, 3, 1, 0};
  (void)join.begin();
  join.threw(2, because("two"));
  join.lost(0, because("zero"));
  join.threw(1, because("one"));
  EXPECT_EQ(join.take_failure().value().text, "zero");
}

TEST(step_join, a_solver_that_is_lost_after_its_answer_fails_the_step) {
  step_join join{step_kind::broadcast, 2, 1, 0};
  (void)join.begin();
  join.answered(0, blobs(1), 0);
  join.lost(0, because("gone"));
  join.answered(1, blobs(1), 0);
  EXPECT_TRUE(join.at_barrier());
  EXPECT_EQ(join.take_failure().value().text, "gone");
}

TEST(step_join, computing_time_is_added_up_per_solver) {
  step_join join{step_kind::map, 2, 3, 1};
  (void)join.begin();
  join.answered(1, blobs(1), 0.5);
  join.answered(1, blobs(1), 0.25);
  join.answered(0, blobs(1), 2);
  EXPECT_EQ(join.take_seconds(), (std::vector<double>{2, 0.75}));
}

} // namespace lockstep
