// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/greedy_tour.hpp"
#include "examples/tsp_islands/lower_bound.hpp"
#include "examples/tsp_islands/tour_search.hpp"
#include "tests/unit/tsp/tsplib_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace tsp_islands {

namespace {

const auto never = [] { return false; };

void expect_permutation(const std::vector<city>& order, std::size_t cities) {
  auto sorted = order;
  std::ranges::sort(sorted);
  std::vector<city> expected(cities);
  std::iota(expected.begin(), expected.end(), city{0});
  EXPECT_EQ(sorted, expected);
}

/// A random symmetric matrix: no triangle inequality, no places.
instance random_matrix(std::size_t cities, std::uint64_t seed) {
  instance made;
  made.weight = edge_weight::explicit_matrix;
  made.dimension = cities;
  random_source random{seed};
  for (std::size_t i = 0; i < cities * (cities - 1) / 2; ++i)
    made.triangle.push_back(static_cast<std::int32_t>(random.below(1'000)));
  return made;
}

/// All cities in a few places: edges of length 0 and equal lengths everywhere.
instance crowded(std::size_t cities, std::uint64_t seed) {
  auto made = random_instance(cities, seed);
  for (auto& at : made.points)
    at = {std::floor(at.x / 400'000), std::floor(at.y / 400'000)};
  return made;
}

/// The shortest tour, by trying all.
std::int64_t shortest_length(const distance& lengths) {
  std::vector<city> order(lengths.cities());
  std::iota(order.begin(), order.end(), city{0});
  auto best = lengths.of_tour(order);
  while (std::next_permutation(order.begin() + 1, order.end()))
    best = std::min(best, lengths.of_tour(order));
  return best;
}

void search_and_check(const instance& problem, std::uint64_t seed) {
  const distance lengths{problem};
  const neighbour_lists near{lengths, 10};
  const auto greedy = greedy_tour(lengths, near);
  expect_permutation(greedy, problem.dimension);
  tour_search search{lengths, near};
  search.begin(greedy);
  EXPECT_EQ(search.length(), lengths.of_tour(greedy));
  EXPECT_TRUE(search.settle(never));
  expect_permutation(search.order(), problem.dimension);
  EXPECT_EQ(search.length(), lengths.of_tour(search.order()));
  EXPECT_LE(search.length(), lengths.of_tour(greedy));

  random_source random{seed};
  auto before = search.length();
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(search.kick(25, random, never), 25U);
    expect_permutation(search.order(), problem.dimension);
    ASSERT_EQ(search.length(), lengths.of_tour(search.order()));
    ASSERT_LE(search.length(), before);
    before = search.length();
  }
}

} // namespace

TEST(tour_search, a_tour_stays_a_permutation_and_its_length_right_in_the_plane) {
  for (const std::size_t cities :
       {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 12U, 20U, 51U, 100U, 400U}) {
    SCOPED_TRACE(cities);
    search_and_check(random_instance(cities, cities), 7);
  }
}

TEST(tour_search, a_tour_stays_a_permutation_and_its_length_right_in_a_matrix) {
  for (const std::size_t cities : {2U, 3U, 5U, 8U, 13U, 40U, 120U}) {
    SCOPED_TRACE(cities);
    search_and_check(random_matrix(cities, cities), 7);
  }
}

TEST(tour_search, cities_in_the_same_place_do_no_harm) {
  for (const std::size_t cities : {3U, 8U, 30U, 200U}) {
    SCOPED_TRACE(cities);
    search_and_check(crowded(cities, cities), 7);
  }
}

TEST(tour_search, small_instances_are_solved_and_their_bound_is_below) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const distance lengths{random_instance(8, seed)};
    const neighbour_lists near{lengths, 10};
    const auto optimum = shortest_length(lengths);
    tour_search search{lengths, near};
    search.begin(greedy_tour(lengths, near));
    search.settle(never);
    random_source random{seed};
    search.kick(2'000, random, never);
    EXPECT_EQ(search.length(), optimum) << "seed " << seed;
    const auto bound = one_tree_bound(lengths, near, search.order(), never);
    EXPECT_LE(bound, optimum) << "seed " << seed;
    EXPECT_GT(bound, optimum * 8 / 10) << "seed " << seed;
  }
}

TEST(tour_search, equal_seeds_give_equal_tours) {
  const distance lengths{random_instance(300, 1)};
  const neighbour_lists near{lengths, 10};
  const auto searched = [&](std::uint64_t seed) {
    tour_search search{lengths, near};
    search.begin(greedy_tour(lengths, near));
    search.settle(never);
    random_source random{seed};
    search.kick(500, random, never);
    return search.order();
  };
  EXPECT_EQ(searched(5), searched(5));
  EXPECT_NE(searched(5), searched(6));
}

TEST(tour_search, a_resumed_tour_is_settled) {
  const distance lengths{random_instance(100, 1)};
  const neighbour_lists near{lengths, 10};
  tour_search search{lengths, near};
  search.begin(greedy_tour(lengths, near));
  EXPECT_FALSE(search.settled());
  search.settle(never);
  EXPECT_TRUE(search.settled());
  const auto order = search.order();
  search.resume(order);
  EXPECT_TRUE(search.settled());
  EXPECT_EQ(search.length(), lengths.of_tour(order));
}

TEST(tour_search, a_stop_sign_ends_it_early_with_a_whole_tour) {
  const distance lengths{random_instance(2'000, 1)};
  const neighbour_lists near{lengths, 10};
  tour_search search{lengths, near};
  search.begin(greedy_tour(lengths, near));
  EXPECT_FALSE(search.settle([] { return true; }));
  expect_permutation(search.order(), 2'000);
  EXPECT_EQ(search.length(), lengths.of_tour(search.order()));
  EXPECT_TRUE(search.settle(never));
  random_source random{1};
  EXPECT_EQ(search.kick(1'000'000, random, [] { return true; }), 0U);
}

TEST(neighbours, the_tree_finds_the_nearest_of_all) {
  for (const auto weight : {edge_weight::euc_2d, edge_weight::geo}) {
    auto problem = random_instance(200, 3);
    problem.weight = weight;
    if (weight == edge_weight::geo)
      for (auto& at : problem.points)
        at = {at.x / 1e6 * 170 - 85, at.y / 1e6 * 350 - 175};
    const distance lengths{problem};
    const neighbour_lists near{lengths, 10};
    for (city from = 0; from < 200; ++from) {
      std::vector<std::int64_t> all;
      for (city to = 0; to < 200; ++to)
        if (to != from)
          all.push_back(lengths(from, to));
      std::ranges::sort(all);
      ASSERT_EQ(near.of(from).size(), 10U);
      for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(near.of(from)[i].length, all[i]) << from;
        EXPECT_EQ(near.of(from)[i].length, lengths(from, near.of(from)[i].to));
      }
    }
  }
}

TEST(tour_array, changes_are_taken_back) {
  std::mt19937_64 random{4};
  std::vector<city> order(30);
  std::iota(order.begin(), order.end(), city{0});
  tour_array tour{order};
  for (int round = 0; round < 200; ++round) {
    const auto a = static_cast<city>(random() % 30);
    const auto c = static_cast<city>(random() % 30);
    if (a == c || tour.next(a) == c || tour.next(c) == a)
      continue;
    const auto b = tour.next(a);
    const auto d = tour.next(c);
    tour.exchange(a, b, c, d);
    expect_permutation(tour.order(), 30);
    EXPECT_TRUE(tour.next(a) == c || tour.previous(a) == c);
    EXPECT_TRUE(tour.next(b) == d || tour.previous(b) == d);
  }
  tour.undo_changes();
  EXPECT_EQ(tour.order(), order);
}

TEST(tour_search, many_cities_at_two_places_have_a_bound_near_the_tour) {
  instance made;
  for (int i = 0; i < 40; ++i)
    made.points.push_back({i % 10 == 0 ? 500.0 : 0.0, 0});
  made.dimension = made.points.size();
  const distance lengths{made};
  const neighbour_lists near{lengths, 10};
  tour_search search{lengths, near};
  search.begin(greedy_tour(lengths, near));
  search.settle([] { return false; });
  EXPECT_EQ(search.length(), 1'000);
  const auto bound = one_tree_bound(lengths, near, search.order(), [] { return false; });
  EXPECT_GT(bound, 800);
  EXPECT_LE(bound, 1'000);
}

} // namespace tsp_islands
