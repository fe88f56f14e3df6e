// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/rules/run_in_step.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace lockstep {

namespace {

std::vector<std::uint64_t> solvers_of(const run_waiting& found) {
  std::vector<std::uint64_t> all;
  for (const auto& one : found.longest)
    all.push_back(one.solver);
  return all;
}

std::uint64_t sum_of(const run_waiting& found) {
  return found.reached + found.computing + found.not_begun + found.unknown;
}

} // namespace

TEST(waiting, the_sentence_names_the_last_solver_with_its_place_time_progress_and_note) {
  run_in_step run;
  run.node(8, "alpha").reached_from(0);
  auto& last = run.told(0, 3);
  last.state = solver_state::busy;
  last.seconds = 12.4;
  last.fraction = 0.63;
  last.note = "moving origins";
  run.facts.nodes[0].cores[3] = 2;
  const auto found = run.found();
  EXPECT_EQ(found.sentence, "Step 17 'improve' waits for solver 3 on node alpha, core 2: 12.4 s, "
                            "at 63 %, 'moving origins'; 7 of 8 have reached the barrier.");
  EXPECT_EQ(found.waits_for, awaited::solvers);
  ASSERT_TRUE(found.step);
  EXPECT_EQ(found.step->number, 17U);
  EXPECT_EQ(found.step->kind, "broadcast");
  EXPECT_EQ(found.seconds, 13);
  EXPECT_EQ(found.reached, 7U);
  EXPECT_EQ(found.missing, 1U);
  ASSERT_EQ(found.longest.size(), 1U);
  EXPECT_EQ(found.longest[0].position, 3U);
  EXPECT_EQ(found.longest[0].core, 2);
  EXPECT_TRUE(found.longest[0].over_median);
}

TEST(waiting, a_node_without_a_name_and_a_solver_without_a_core_are_named_by_what_there_is) {
  run_in_step run;
  run.node(2).reached_from(1);
  run.facts.nodes[0].cores[0] = -1;
  EXPECT_EQ(run.sentence(), "Step 17 'improve' waits for solver 0 on node n1: 1.0 s; "
                            "1 of 2 has reached the barrier.");
}

TEST(waiting, a_run_of_one_solver_has_no_others_to_count) {
  run_in_step run;
  run.node(1);
  const auto found = run.found();
  EXPECT_EQ(found.sentence, "Step 17 'improve' waits for solver 0 on node n1, core 0: 1.0 s.");
  EXPECT_FALSE(found.longest.at(0).over_median) << "it is the median";
}

TEST(waiting, those_who_compute_longest_come_first_and_of_ties_the_lowest) {
  run_in_step run;
  run.node(3).node(2);
  run.told(1, 1).seconds = 4;
  run.told(0, 1).seconds = 2;
  run.told(0, 2).seconds = 2;
  const auto found = run.found();
  EXPECT_EQ(solvers_of(found), (std::vector<std::uint64_t>{4, 1, 2, 0, 3}));
  EXPECT_EQ(found.sentence, "Step 17 'improve' waits for 5 solvers, longest for solver 4 on node "
                            "n2, core 1: 4.0 s; 0 of 5 have reached the barrier.");
}

TEST(waiting, over_the_median_are_those_who_take_longer_than_half_of_the_solvers) {
  run_in_step run;
  run.node(5);
  for (std::size_t i = 0; i < 5; ++i)
    run.told(0, i).seconds = static_cast<double>(i);
  const auto found = run.found();
  ASSERT_EQ(found.longest.size(), 5U);
  for (const auto& one : found.longest)
    EXPECT_EQ(one.over_median, one.solver > 2) << one.solver;
}

TEST(waiting, who_takes_as_long_as_all_others_is_not_over_the_median) {
  run_in_step run;
  run.node(4);
  for (const auto& one : run.found().longest)
    EXPECT_FALSE(one.over_median) << one.solver;
}

TEST(waiting, those_at_the_barrier_count_as_faster_than_all_who_compute) {
  run_in_step run;
  run.node(6).reached_from(3);
  for (const auto& one : run.found().longest)
    EXPECT_TRUE(one.over_median) << one.solver;
  run.told(0, 3).state = solver_state::busy;
  run.told(0, 3).seconds = 0.5;
  for (const auto& one : run.found().longest)
    EXPECT_EQ(one.over_median, one.solver != 3) << one.solver;
}

TEST(waiting, of_a_node_that_does_not_answer_nothing_is_claimed_but_where_its_solvers_are) {
  run_in_step run;
  run.node(2).reached_from(1).node(2, "beta");
  run.facts.nodes[1].told.clear();
  const auto found = run.found();
  EXPECT_EQ(found.unknown, 2U);
  EXPECT_EQ(found.missing, 3U);
  EXPECT_EQ(found.sentence,
            "Step 17 'improve' waits for 3 solvers, longest for solver 0 on node n1, core 0: "
            "1.0 s; 2 do not answer, so what they do is not known; "
            "1 of 4 has reached the barrier.");
  EXPECT_EQ(found.longest.at(1).solver, 2U);
  EXPECT_EQ(found.longest.at(1).what, lateness::unknown);
  EXPECT_EQ(found.longest.at(1).node_name, "beta");
  EXPECT_EQ(found.longest.at(1).core, 0);
  EXPECT_FALSE(found.longest.at(1).over_median);
}

TEST(waiting, one_who_does_not_answer_alone_is_named_and_that_is_all) {
  run_in_step run;
  run.node(2).reached_from(1);
  run.told(0, 0).state = solver_state::dead;
  EXPECT_EQ(run.sentence(), "Step 17 'improve' waits for solver 0 on node n1, core 0, which does "
                            "not answer, so what it does is not known; "
                            "1 of 2 has reached the barrier.");
}

TEST(waiting, a_worker_that_speaks_of_another_run_solver_or_later_step_is_not_known) {
  run_in_step run;
  run.node(5);
  run.told(0, 0).run = 2;
  run.told(0, 1).solver = 4;
  run.told(0, 2).solver.reset();
  run.told(0, 3).number = 18;
  run.told(0, 4).state = solver_state::starting;
  EXPECT_EQ(run.found().unknown, 5U);
}

TEST(waiting, a_worker_in_an_earlier_step_has_not_begun_this_one) {
  run_in_step run;
  run.node(2);
  run.told(0, 0).number = 16;
  run.told(0, 1).number = 16;
  run.told(0, 1).state = solver_state::idle;
  const auto found = run.found();
  EXPECT_EQ(found.not_begun, 2U);
  EXPECT_EQ(found.sentence,
            "Step 17 'improve' waits for 2 solvers, the first of them solver 0 on node n1, core 0; "
            "2 have not begun it; 0 of 2 have reached the barrier.");
}

TEST(waiting, whoever_has_begun_nothing_of_a_map_is_not_waited_for) {
  run_in_step run;
  run.in("map").node(3).reached_from(1);
  run.told(0, 2).number = 0;
  const auto found = run.found();
  EXPECT_EQ(found.missing, 1U);
  EXPECT_EQ(found.sentence,
            "Step 17 'improve' waits for solver 0 on node n1, core 0: 1.0 s; 1 has begun none of "
            "its items; 1 of 3 has worked off what was given to it.");
}

TEST(waiting, a_node_that_has_answered_is_at_the_barrier_whatever_its_workers_said) {
  run_in_step run;
  run.node(2).node(1);
  run.facts.turn->parts[0].is_waited_for = false;
  EXPECT_EQ(run.found().reached, 2U);
  EXPECT_EQ(solvers_of(run.found()), std::vector<std::uint64_t>{2});
}

TEST(waiting, where_all_have_reached_the_barrier_the_answers_are_what_is_missing) {
  run_in_step run;
  run.node(2).reached_from(0);
  EXPECT_EQ(run.sentence(), "Step 17 'improve' waits for no solver; 2 of 2 have reached the "
                            "barrier, and the answers are on their way.");
  EXPECT_EQ(run.in("reduce").sentence(),
            "Step 17 'improve' waits for no solver; 2 of 2 have reached the barrier, and the "
            "answers are being combined or on their way.");
}

TEST(waiting, of_a_step_that_began_after_the_solvers_were_asked_nothing_is_claimed) {
  run_in_step run;
  run.node(2).facts.were_asked = false;
  run.facts.seconds = 0.01;
  const auto found = run.found();
  EXPECT_EQ(found.unknown, 2U);
  EXPECT_EQ(found.sentence,
            "Step 17 'improve' began 0.010 s ago, and what its solvers do is not known yet.");
}

TEST(waiting, of_ten_thousand_solvers_256_are_told_and_all_counted) {
  constexpr std::size_t nodes = 10;
  constexpr std::size_t each = 1'000;
  run_in_step run;
  for (std::size_t i = 0; i < nodes; ++i)
    run.node(each);
  for (std::size_t i = 0; i < nodes; ++i)
    for (std::size_t slot = 0; slot < each; ++slot)
      run.told(i, slot).seconds = 1 + static_cast<double>((i * each + slot) * 7'919 % 10'007);
  const auto found = run.found();
  EXPECT_EQ(found.solvers, nodes * each);
  EXPECT_EQ(found.missing, nodes * each);
  EXPECT_EQ(sum_of(found), nodes * each);
  ASSERT_EQ(found.longest.size(), run_waiting::told_max);
  for (std::size_t i = 1; i < found.longest.size(); ++i)
    EXPECT_GE(found.longest[i - 1].seconds, found.longest[i].seconds);
  for (const auto& one : found.longest)
    EXPECT_TRUE(one.over_median);
}

TEST(waiting, numbers_are_numbers_whatever_a_worker_says) {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  run_in_step run;
  run.node(4);
  run.told(0, 0).seconds = nan;
  run.told(0, 0).fraction = nan;
  run.told(0, 1).seconds = infinity;
  run.told(0, 1).fraction = infinity;
  run.told(0, 2).seconds = -1;
  run.told(0, 2).fraction = -infinity;
  run.told(0, 3).seconds = std::numeric_limits<double>::max();
  run.facts.seconds = nan;
  const auto found = run.found();
  EXPECT_EQ(found.seconds, 0);
  EXPECT_EQ(found.longest.at(0).solver, 3U);
  for (const auto& one : found.longest) {
    EXPECT_TRUE(std::isfinite(one.seconds)) << one.solver;
    EXPECT_GE(one.fraction, 0);
    EXPECT_LE(one.fraction, 1);
  }
}

TEST(waiting, a_note_is_handed_on_byte_by_byte) {
  run_in_step run;
  run.node(1).told(0, 0).note = "M\xfcnchen";
  EXPECT_EQ(run.found().longest.at(0).note, "M\xfcnchen");
  EXPECT_NE(run.sentence().find("'M\xfcnchen'"), std::string::npos);
}

TEST(waiting, a_node_that_knows_fewer_slots_than_it_was_given_is_no_matter) {
  run_in_step run;
  run.node(2);
  run.facts.nodes[0].told.pop_back();
  run.facts.nodes[0].cores.pop_back();
  run.facts.nodes[0].first_position.reset();
  const auto found = run.found();
  EXPECT_EQ(found.unknown, 1U);
  EXPECT_EQ(found.longest.at(1).core, -1);
  EXPECT_FALSE(found.longest.at(1).position);
}

} // namespace lockstep
