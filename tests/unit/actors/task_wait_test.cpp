// SPDX-License-Identifier: BSD-3-Clause

#include "actors/worker/task_wait.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using lockstep::progress_cell;
using lockstep::task_wait;

TEST(task_wait, ends_as_soon_as_a_task_has_been_handed_over) {
  progress_cell cell;
  cell.hand_over();
  task_wait wait;
  for (int i = 0; i < 10; ++i) {
    wait.wait(cell);
    EXPECT_EQ(wait.sits_out(), 0U);
  }
}

TEST(task_wait, sits_more_and_more_tasks_out_where_it_waits_in_vain) {
  const progress_cell cell;
  task_wait wait;
  std::vector<unsigned> pauses;
  while (pauses.size() < 8) {
    wait.wait(cell);
    pauses.push_back(wait.sits_out());
    while (wait.sits_out() > 0)
      wait.wait(cell);
  }
  EXPECT_EQ(pauses, (std::vector<unsigned>{1, 2, 4, 8, 16, 32, 64, 64}));
}

TEST(task_wait, is_patient_again_once_a_task_came_in_time) {
  progress_cell cell;
  task_wait wait;
  for (int i = 0; i < 3; ++i)
    wait.wait(cell); // in vain, sat out, in vain
  EXPECT_EQ(wait.sits_out(), 2U);
  cell.hand_over();
  for (int i = 0; i < 3; ++i)
    wait.wait(cell);
  cell.finish();
  wait.wait(cell);
  EXPECT_EQ(wait.sits_out(), 1U);
}

} // namespace
