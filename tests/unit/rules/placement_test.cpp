// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/places/placement.hpp"
#include "tests/error_of.hpp"

#include <gtest/gtest.h>

namespace lockstep {

namespace {

const std::vector<node_places> machines{{"n1", 4}, {"n2", 2}, {"n3", 4}};

std::vector<share> shares_of(const placement_wish& wish) {
  return place_solvers(machines, wish).value();
}

std::string refusal_of(const placement_wish& wish) {
  return test::error_of(place_solvers(machines, wish));
}

} // namespace

TEST(placement, a_run_that_wants_nothing_special_gets_every_place) {
  EXPECT_EQ(shares_of({}), (std::vector<share>{{0, 4}, {4, 2}, {6, 4}}));
}

TEST(placement, neighbours_share_machines) {
  EXPECT_EQ(shares_of({5, 0}), (std::vector<share>{{0, 4}, {4, 1}, {5, 0}}));
}

TEST(placement, no_node_gets_more_than_so_many) {
  EXPECT_EQ(shares_of({5, 2}), (std::vector<share>{{0, 2}, {2, 2}, {4, 1}}));
  EXPECT_EQ(shares_of({0, 2}), (std::vector<share>{{0, 2}, {2, 2}, {4, 2}}));
}

TEST(placement, too_few_places_are_told_with_both_numbers) {
  EXPECT_EQ(refusal_of({11, 0}), "the run asks for 11 solvers, there are 10");
  EXPECT_EQ(refusal_of({7, 2}),
            "the run asks for 7 solvers, there are 6 with at most 2 on each node");
}

TEST(placement, a_node_with_too_few_places_is_named) {
  EXPECT_EQ(refusal_of({0, 3}),
            "the run asks for 3 solvers on each node, node n2 has places for 2");
}

TEST(placement, no_node_is_no_place) {
  EXPECT_EQ(test::error_of(place_solvers({}, {})), "the run asks for 0 solvers, there are 0");
}

TEST(placement, a_run_with_a_number_begins_on_what_is_free) {
  const std::vector<node_places> nodes{{"n1", 4, 3}, {"n2", 4, 4}, {"n3", 4, 1}};
  EXPECT_EQ(place_now(nodes, {3, 0}), (std::vector<share>{{0, 1}, {1, 0}, {1, 2}}));
  EXPECT_EQ(place_now(nodes, {5, 0}), std::nullopt);
  EXPECT_EQ(place_now(nodes, {3, 1}), std::nullopt) << "at most one on each node";
  EXPECT_EQ(place_now(nodes, {2, 1}), (std::vector<share>{{0, 1}, {1, 0}, {1, 1}}));
}

TEST(placement, a_run_that_wants_every_place_gets_all_or_none) {
  EXPECT_EQ(place_now(std::vector<node_places>{{"n1", 2, 0}, {"n2", 2, 1}}, {}), std::nullopt);
  EXPECT_EQ(place_now(std::vector<node_places>{{"n1", 2, 0}, {"n2", 3, 1}}, {0, 2}),
            (std::vector<share>{{0, 2}, {2, 2}}));
  EXPECT_EQ(place_now(std::vector<node_places>{{"n1", 2, 0}, {"n2", 3, 2}}, {0, 2}), std::nullopt);
  EXPECT_EQ(place_now({}, {}), std::nullopt);
}

TEST(placement, lost_solvers_are_named_by_their_indices) {
  EXPECT_EQ(name_of({4, 2}, 10), "solvers 4 to 5 of 10");
  EXPECT_EQ(name_of({9, 1}, 10), "solver 9 of 10");
}

} // namespace lockstep
