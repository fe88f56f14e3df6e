// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/line_search.hpp"
#include "examples/traffic_assignment/network/link_list.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace traffic_assignment {

namespace {

using link_flows = std::vector<double>;

/// Roads of cost 1 + x^power, all alike.
std::vector<link_cost> alike(std::size_t count, double power) {
  link_record link;
  link.head = 1;
  link.capacity = 1;
  link.free_time = 1;
  link.b = 1;
  link.power = power;
  return costs_of(network_of(2, 2, 0, std::vector<link_record>(count, link)), {});
}

} // namespace

TEST(line_search, is_where_the_objective_is_least) {
  for (const double power : {1.0, 2.5, 4.0}) {
    const auto costs = alike(2, power);
    // Twelve travellers, all of them on the first: half of them should be on each.
    EXPECT_NEAR(line_search{costs}.step(link_flows{12, 0}, link_flows{-8, 8}, 0, 1e-9), 0.75, 1e-7)
        << power;
  }
}

TEST(line_search, is_whole_where_the_objective_falls_up_to_there) {
  const auto costs = alike(2, 4);
  EXPECT_EQ(line_search{costs}.step(link_flows{12, 0}, link_flows{-4, 4}, 0, 1e-3), 1);
  EXPECT_EQ(line_search{costs}.step(link_flows{6, 6}, link_flows{0, 0}, 0, 1e-3), 1);
}

TEST(line_search, is_never_below_the_least) {
  const auto costs = alike(2, 1);
  EXPECT_EQ(line_search{costs}.step(link_flows{6, 6}, link_flows{-1, 1}, 0.25, 1e-3), 0.25);
  EXPECT_EQ(line_search{costs}.step(link_flows{6, 6}, link_flows{-1, 1}, 0, 1e-3), 0);
}

} // namespace traffic_assignment
