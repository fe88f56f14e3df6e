#include "actors/worker/task_wait.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using lockstep::solver_gauge;
using lockstep::task_wait;

TEST(task_wait, ends_as_soon_as_a_task_has_been_handed_over) {
  solver_gauge gauge;
  gauge.hand_over();
  task_wait wait;
  for (int i = 0; i < 10; ++i) {
    wait.wait(gauge);
    EXPECT_EQ(wait.sits_out(), 0U);
  }
}

TEST(task_wait, sits_more_and_more_tasks_out_where_it_waits_in_vain) {
  const solver_gauge gauge;
  task_wait wait;
  std::vector<unsigned> pauses;
  while (pauses.size() < 8) {
    wait.wait(gauge);
    pauses.push_back(wait.sits_out());
    while (wait.sits_out() > 0)
      wait.wait(gauge);
  }
  EXPECT_EQ(pauses, (std::vector<unsigned>{1, 2, 4, 8, 16, 32, 64, 64}));
}

TEST(task_wait, is_patient_again_once_a_task_came_in_time) {
  solver_gauge gauge;
  task_wait wait;
  for (int i = 0; i < 3; ++i)
    wait.wait(gauge); // in vain, sat out, in vain
  EXPECT_EQ(wait.sits_out(), 2U);
  gauge.hand_over();
  for (int i = 0; i < 3; ++i)
    wait.wait(gauge);
  gauge.finish();
  wait.wait(gauge);
  EXPECT_EQ(wait.sits_out(), 1U);
}

} // namespace
