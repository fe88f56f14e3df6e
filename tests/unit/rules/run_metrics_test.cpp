// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/history/run_metrics.hpp"

#include <gtest/gtest.h>

namespace lockstep {

TEST(run_metrics, add_up_to_all_the_time_of_steps_and_between_them) {
  run_metrics run;
  step_metrics step;
  step.seconds = 10;
  step.solver_seconds = {4, 6};
  step.reduce_seconds = 1;
  add_between(run, 2, 1.5, 0);
  add_step(run, step);
  add_between(run, 3, 1, 0.5);
  EXPECT_EQ(run.compute, 5);
  EXPECT_EQ(run.barrier_wait, 1);
  EXPECT_EQ(run.reduce, 1.5);
  EXPECT_EQ(run.transfer, 3 + 0.5 + 1.5);
  EXPECT_EQ(run.plan, 2.5);
  EXPECT_EQ(run.seconds(), 15);
}

TEST(run_metrics, of_a_node_that_combines_while_another_computes_are_no_more_than_the_step) {
  run_metrics run;
  step_metrics step;
  step.seconds = 10;
  step.solver_seconds = {2, 8};
  step.reduce_seconds = 5;
  add_step(run, step);
  EXPECT_EQ(run.compute, 5);
  EXPECT_EQ(run.barrier_wait, 3);
  EXPECT_EQ(run.reduce, 2);
  EXPECT_EQ(run.seconds(), 10);
}

TEST(run_metrics, never_count_more_than_passed_by_the_heads_clock) {
  run_metrics run;
  add_between(run, 1, 0.8, 0.4);
  EXPECT_EQ(run.seconds(), 1);
  add_between(run, 1, 1.2, 0.4);
  EXPECT_EQ(run.seconds(), 2);
  EXPECT_EQ(run.transfer, 0);
}

} // namespace lockstep
