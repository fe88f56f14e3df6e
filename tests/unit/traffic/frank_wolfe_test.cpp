// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/figures.hpp"
#include "examples/traffic_assignment/assignment/frank_wolfe.hpp"
#include "examples/traffic_assignment/city/generated_city.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace traffic_assignment {

namespace {

/// Steps to the goal with so many solvers, or -1.
int steps_to(double goal, const generated_city& city, std::size_t solvers) {
  constexpr int steps_max = 2'000;
  std::vector<all_or_nothing> shares;
  for (std::size_t solver = 0; solver < solvers; ++solver) {
    std::vector<std::uint32_t> own;
    for (auto origin = solver; origin < city.roads.zones; origin += solvers)
      own.push_back(static_cast<std::uint32_t>(origin));
    shares.emplace_back(city.roads, cost_factors{}, city.demand, own);
  }
  const auto costs = costs_of(city.roads, {});
  conjugate_directions directions{costs};
  std::vector<double> flows(city.roads.links());
  for (int step = 0; step < steps_max; ++step) {
    all_or_nothing::answer sum;
    sum.flows.resize(flows.size());
    for (auto& share : shares) {
      const auto answer = share.assign(flows);
      sum.shortest += answer.shortest;
      for (std::size_t link = 0; link < flows.size(); ++link)
        sum.flows[link] += answer.flows[link];
    }
    if (step == 0) {
      flows = sum.flows;
      continue;
    }
    const double total = total_cost_of(costs, flows);
    const double gap = part_of(total - sum.shortest, total);
    EXPECT_GE(gap, -1e-12);
    if (gap <= goal)
      return step;
    directions.move(flows, sum.flows);
  }
  return -1;
}

} // namespace

TEST(bi_conjugate_frank_wolfe, converges_and_takes_the_same_steps_with_more_solvers) {
  const auto city = make_city(2);
  const auto alone = steps_to(1e-5, city, 1);
  EXPECT_GT(alone, 0);
  EXPECT_NEAR(steps_to(1e-5, city, 3), alone, 2);
}

} // namespace traffic_assignment
