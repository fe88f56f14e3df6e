// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/history/step_metrics.hpp"

#include <gtest/gtest.h>

namespace lockstep {

TEST(step_metrics, equal_solvers_are_balanced_and_nobody_waits) {
  const auto found = spread_of({2, 2, 2});
  EXPECT_EQ(found.slowest, 2);
  EXPECT_EQ(found.mean, 2);
  EXPECT_EQ(found.imbalance, 1);
  EXPECT_EQ(found.barrier_wait, 0);
}

TEST(step_metrics, one_solver_computing_alone_has_an_imbalance_of_all) {
  const auto found = spread_of({0, 8, 0, 0});
  EXPECT_EQ(found.slowest, 8);
  EXPECT_EQ(found.mean, 2);
  EXPECT_EQ(found.imbalance, 4);
  EXPECT_EQ(found.barrier_wait, 6);
}

TEST(step_metrics, where_nobody_computed_the_imbalance_is_one) {
  EXPECT_EQ(spread_of({0, 0}).imbalance, 1);
  EXPECT_EQ(spread_of({0, 0}).barrier_wait, 0);
}

TEST(step_metrics, what_is_neither_computed_nor_combined_is_transfer) {
  step_metrics step;
  step.seconds = 10;
  step.solver_seconds = {4, 7};
  step.reduce_seconds = 1;
  EXPECT_EQ(transfer_of(step), 2);
  step.seconds = 7.5; // a map's solver may answer, and be counted, before the others begin
  EXPECT_EQ(transfer_of(step), 0);
}

TEST(step_metrics, no_solvers_have_no_spread) {
  EXPECT_EQ(spread_of({}).imbalance, 1);
  EXPECT_EQ(spread_of({}).slowest, 0);
}

} // namespace lockstep
