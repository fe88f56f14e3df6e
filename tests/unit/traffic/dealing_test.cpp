// SPDX-License-Identifier: BSD-3-Clause

#include "examples/random_source.hpp"
#include "examples/traffic_assignment/assignment/dealing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace traffic_assignment {

namespace {

using share_list = std::vector<std::vector<origin_work>>;

share_list after(share_list all, const std::vector<origin_move>& moves) {
  for (const auto& [origin, from, to] : moves) {
    const auto moved = std::ranges::find(all.at(from), origin, &origin_work::origin);
    EXPECT_NE(moved, all.at(from).end())
        << "origin " << origin << " is not solver " << from << "'s";
    all.at(to).push_back(*moved);
    all.at(from).erase(moved);
  }
  return all;
}

} // namespace

TEST(moves_to_balance, even_out_shares_that_are_far_apart) {
  examples::random_source random{3};
  for (const std::size_t solvers : std::vector<std::size_t>{2, 3, 7}) {
    share_list all(solvers);
    for (std::uint32_t origin = 0; origin < 500; ++origin)
      all[std::min<std::size_t>(random.below(2 * solvers), solvers - 1)].push_back(
          {origin, 1 + static_cast<double>(random.below(100))});
    ASSERT_GT(imbalance_of(all), 1.3);
    EXPECT_LE(imbalance_of(after(all, moves_to_balance(all))), 1.005) << solvers;
  }
}

TEST(moves_to_balance, are_none_where_next_to_nothing_is_to_gain) {
  EXPECT_TRUE(moves_to_balance(share_list{{{0, 50}, {1, 50}}, {{2, 50}, {3, 51}}}).empty());
  EXPECT_TRUE(moves_to_balance(share_list{{}, {}}).empty());
  EXPECT_TRUE(moves_to_balance(share_list{{{0, 50}}}).empty());
}

TEST(moves_to_balance, never_swap_who_has_most) {
  // One origin is heavier than all others: to move it would only change places.
  EXPECT_TRUE(moves_to_balance(share_list{{{0, 100}}, {{1, 10}}}).empty());
  EXPECT_EQ(moves_to_balance(share_list{{{0, 100}, {1, 20}}, {{2, 30}}}),
            (std::vector<origin_move>{{1, 0, 1}}));
}

} // namespace traffic_assignment
