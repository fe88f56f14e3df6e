// SPDX-License-Identifier: BSD-3-Clause

#include "examples/random_source.hpp"
#include "examples/traffic_assignment/city/generated_city.hpp"
#include "examples/traffic_assignment/network/tree_search.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace traffic_assignment {

namespace {

double random_cost(examples::random_source& random) {
  return static_cast<double>(random.below(50)); // many are equal, and some nothing
}

} // namespace

TEST(tree_search, that_goes_on_from_older_trees_finds_what_one_from_scratch_finds) {
  const auto city = make_city(11);
  examples::random_source random{4};
  std::vector<double> costs(city.roads.links());
  for (auto& cost : costs)
    cost = random_cost(random);
  tree_search search{city.roads};
  std::vector<path_tree> trees(city.roads.zones);
  std::vector<std::uint32_t> path;
  for (int turn = 0; turn < 20; ++turn) {
    for (std::uint32_t origin = 0; origin < city.roads.zones; ++origin) {
      const auto& trips = city.demand.trips[origin];
      search.search(origin, trips, costs, 0, trees[origin]);
      tree_search fresh{city.roads};
      path_tree none;
      fresh.search(origin, trips, costs, 0, none);
      for (const auto& [destination, demand] : trips) {
        ASSERT_EQ(search.distance(destination), fresh.distance(destination));
        search.path_to(destination, path);
        double cost = 0;
        for (auto link = path.rbegin(); link != path.rend(); ++link)
          cost += costs[*link];
        ASSERT_EQ(cost, search.distance(destination));
        for (std::size_t i = 1; i < path.size(); ++i)
          ASSERT_GE(city.roads.head[path[i]], city.roads.first_through_node);
      }
    }
    for (int change = 0; change < 40; ++change)
      costs[random.below(costs.size())] = random_cost(random);
  }
}

TEST(tree_search, passes_by_short_cuts_within_the_slack) {
  const auto city = make_city(11);
  examples::random_source random{4};
  std::vector<double> costs(city.roads.links(), 10);
  tree_search search{city.roads};
  path_tree tree;
  const auto& trips = city.demand.trips[0];
  search.search(0, trips, costs, 0, tree);
  std::vector<std::vector<std::uint32_t>> before(trips.size());
  for (std::size_t i = 0; i < trips.size(); ++i)
    search.path_to(trips[i].destination, before[i]);
  for (auto& cost : costs)
    cost += 1e-6 * random_cost(random);
  search.search(0, trips, costs, 1, tree);
  std::vector<std::uint32_t> path;
  for (std::size_t i = 0; i < trips.size(); ++i) {
    search.path_to(trips[i].destination, path);
    EXPECT_EQ(path, before[i]);
  }
}

} // namespace traffic_assignment
