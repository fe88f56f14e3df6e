// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/places/allotment.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace lockstep {

namespace {

std::vector<share> solvers_on(std::vector<std::size_t> slots, std::size_t solvers) {
  return allot_solvers(slots, solvers);
}

std::vector<share> items_for(std::vector<std::size_t> solvers, std::size_t items) {
  return allot_items(solvers, items);
}

} // namespace

TEST(allotment, solvers_fill_one_node_after_another) {
  EXPECT_EQ(solvers_on({4, 2, 4}, 7), (std::vector<share>{{0, 4}, {4, 2}, {6, 1}}));
  EXPECT_EQ(solvers_on({4, 2, 4}, 10), (std::vector<share>{{0, 4}, {4, 2}, {6, 4}}));
}

TEST(allotment, a_node_that_gets_no_solver_has_an_empty_share) {
  EXPECT_EQ(solvers_on({2, 0, 4}, 2), (std::vector<share>{{0, 2}, {2, 0}, {2, 0}}));
}

TEST(allotment, too_few_slots_give_nothing) {
  EXPECT_TRUE(solvers_on({4, 2, 4}, 11).empty());
  EXPECT_TRUE(solvers_on({}, 1).empty());
}

TEST(allotment, items_are_split_in_proportion_to_solvers) {
  EXPECT_EQ(items_for({2, 2}, 10), (std::vector<share>{{0, 5}, {5, 5}}));
  EXPECT_EQ(items_for({1, 3}, 100), (std::vector<share>{{0, 25}, {25, 75}}));
  EXPECT_EQ(items_for({1, 1, 1}, 0), (std::vector<share>{{0, 0}, {0, 0}, {0, 0}}));
}

TEST(allotment, a_node_without_solvers_gets_no_items) {
  EXPECT_EQ(items_for({0, 3, 0}, 7), (std::vector<share>{{0, 0}, {0, 7}, {7, 0}}));
}

TEST(allotment, no_item_is_lost_and_no_share_is_off_by_more_than_one) {
  std::mt19937_64 random{3};
  for (int round = 0; round < 5'000; ++round) {
    std::vector<std::size_t> solvers(1 + random() % 9);
    for (auto& count : solvers)
      count = random() % 20;
    solvers.back() += 1;
    const auto all = std::accumulate(solvers.begin(), solvers.end(), std::size_t{0});
    const auto items = random() % 10'000;
    const auto shares = allot_items(solvers, items);
    ASSERT_EQ(shares.size(), solvers.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      ASSERT_EQ(shares[i].first, next);
      next += shares[i].count;
      const auto fair =
          static_cast<double>(items) * static_cast<double>(solvers[i]) / static_cast<double>(all);
      ASSERT_LE(std::abs(static_cast<double>(shares[i].count) - fair), 1.0 + 1e-9);
    }
    ASSERT_EQ(next, items);
  }
}

} // namespace lockstep
