// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/history/history_budget.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace lockstep {

namespace {

using kept = history_part;

/// Gives up whole what the budget names until all fits; the order in which that was.
std::vector<history_budget::sacrifice> give_up_all(history_budget& budget,
                                                   const std::vector<std::uint64_t>& bytes) {
  std::vector<history_budget::sacrifice> given;
  while (const auto next = budget.next()) {
    given.push_back(*next);
    if (next->what == kept::run)
      budget.forget(next->run);
    else
      budget.remove(next->what, next->run, bytes.at(static_cast<std::size_t>(next->what)));
  }
  return given;
}

} // namespace

TEST(history_budget, HB_1_within_it_nothing_is_given_up) {
  history_budget budget{100};
  budget.add(kept::solver_seconds, {1}, 60);
  budget.add(kept::run, {1}, 40);
  budget.finish({1});
  EXPECT_FALSE(budget.next());
  budget.add(kept::reports, {2}, 1);
  EXPECT_TRUE(budget.next());
  budget.remove(kept::reports, {2}, 1);
  EXPECT_FALSE(budget.next());
  EXPECT_EQ(budget.bytes(), 100U);
}

TEST(history_budget, HB_2_3_seconds_go_before_steps_and_reports_before_runs_the_oldest_first) {
  history_budget budget{0};
  for (const std::uint64_t run : {3U, 1U, 2U}) {
    budget.add(kept::run, {run}, 40);
    budget.add(kept::reports, {run}, 30);
    budget.add(kept::steps, {run}, 20);
    budget.add(kept::solver_seconds, {run}, 10);
    budget.finish({run});
  }
  const std::vector<history_budget::sacrifice> expected{{kept::solver_seconds, {1}},
                                                        {kept::solver_seconds, {2}},
                                                        {kept::solver_seconds, {3}},
                                                        {kept::steps, {1}},
                                                        {kept::reports, {1}},
                                                        {kept::steps, {2}},
                                                        {kept::reports, {2}},
                                                        {kept::steps, {3}},
                                                        {kept::reports, {3}},
                                                        {kept::run, {1}},
                                                        {kept::run, {2}},
                                                        {kept::run, {3}}};
  EXPECT_EQ(give_up_all(budget, {10, 20, 30}), expected);
  EXPECT_EQ(budget.bytes(), 0U);
}

TEST(history_budget, HB_4_a_run_that_is_not_over_never_goes_whole) {
  history_budget budget{10};
  budget.add(kept::run, {1}, 20);
  budget.add(kept::run, {2}, 5);
  EXPECT_EQ(budget.pinned_bytes(), 25U);
  EXPECT_FALSE(budget.next());
  budget.finish({2});
  EXPECT_EQ(budget.pinned_bytes(), 20U);
  EXPECT_EQ(budget.next(), (history_budget::sacrifice{kept::run, {2}}));
  budget.forget({2});
  EXPECT_FALSE(budget.next());
}

TEST(history_budget, whatever_comes_in_whatever_order_it_holds_and_counts_right) {
  std::mt19937_64 random{7};
  const auto upto = [&random](std::uint64_t most) { return random() % (most + 1); };
  history_budget budget{10'000};
  std::uint64_t bytes_of[4][21] = {};
  for (int i = 0; i < 20'000; ++i) {
    const run_id run{1 + upto(19)};
    const auto what = static_cast<kept>(upto(3));
    const auto bytes = upto(300);
    budget.add(what, run, bytes);
    bytes_of[static_cast<std::size_t>(what)][run.value] += bytes;
    if (upto(9) == 0)
      budget.finish(run);
    while (const auto next = budget.next()) {
      if (next->what == kept::run) {
        for (auto& part_of : bytes_of)
          part_of[next->run.value] = 0;
        budget.forget(next->run);
        continue;
      }
      auto& left = bytes_of[static_cast<std::size_t>(next->what)][next->run.value];
      ASSERT_GT(left, 0U);
      const auto dropped = 1 + upto(left - 1);
      left -= dropped;
      budget.remove(next->what, next->run, dropped);
    }
    std::uint64_t sum = 0;
    for (const auto& part_of : bytes_of)
      for (const auto one : part_of)
        sum += one;
    ASSERT_EQ(budget.bytes(), sum);
  }
}

} // namespace lockstep
