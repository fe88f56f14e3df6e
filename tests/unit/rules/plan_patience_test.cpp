// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/plan_patience.hpp"

#include <gtest/gtest.h>

namespace lockstep {

namespace {

using namespace std::chrono_literals;

const due_time start_of_plan{1h};

} // namespace

TEST(plan_patience, a_plan_that_nobody_told_to_stop_may_take_for_ever) {
  plan_patience patience;
  EXPECT_EQ(patience.ends(), std::nullopt);
  patience.plans_turn(start_of_plan);
  EXPECT_EQ(patience.ends(), std::nullopt);
}

TEST(plan_patience, a_plan_on_its_own_turn_has_its_grace_from_the_moment_it_is_told) {
  plan_patience patience;
  patience.plans_turn(start_of_plan);
  patience.told_to_stop(start_of_plan + 1min, 5s);
  EXPECT_EQ(patience.ends(), start_of_plan + 1min + 5s);
}

TEST(plan_patience, a_plan_that_waits_for_a_step_has_its_grace_from_the_end_of_the_step) {
  plan_patience patience;
  patience.plans_turn(start_of_plan);
  patience.solvers_turn();
  patience.told_to_stop(start_of_plan + 1s, 5s);
  EXPECT_EQ(patience.ends(), std::nullopt); // the nodes see to the step
  patience.plans_turn(start_of_plan + 4s);
  EXPECT_EQ(patience.ends(), start_of_plan + 9s);
}

TEST(plan_patience, no_grace_is_a_moment_all_the_same_and_the_earlier_end_counts) {
  plan_patience patience;
  patience.plans_turn(start_of_plan);
  patience.told_to_stop(start_of_plan, 5s);
  patience.told_to_stop(start_of_plan + 1s, 0ms);
  EXPECT_EQ(patience.ends(), start_of_plan + 1s + plan_patience::least);
  patience.told_to_stop(start_of_plan + 1s, 1h);
  EXPECT_EQ(patience.ends(), start_of_plan + 1s + plan_patience::least);
}

} // namespace lockstep
