// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/network/link_cost.hpp"
#include "examples/traffic_assignment/network/link_list.hpp"
#include "examples/traffic_assignment/network/priced_links.hpp"
#include "examples/traffic_assignment/tntp/tntp_network.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace traffic_assignment {

namespace {

/// A network of one link: capacity 10, length 3, free-flow time 2, and a toll of 5.
network one_road(const std::string& b, const std::string& power) {
  return network_of_text("<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 2\n"
                         "<FIRST THRU NODE> 1\n<NUMBER OF LINKS> 1\n<END OF METADATA>\n"
                         "1 2 10 3 2 " +
                             b + " " + power + " 0 5 1 ;\n",
                         "net");
}

link_cost one_link(const std::string& b, const std::string& power,
                   const cost_factors& factors = {}) {
  return costs_of(one_road(b, power), factors).front();
}

/// By Simpson's rule, which is exact enough for what is smooth.
double integrated(const link_cost& link, double to) {
  constexpr int pieces = 20'000;
  const double width = to / pieces;
  double sum = link.cost(0) + link.cost(to);
  for (int i = 1; i < pieces; ++i)
    sum += (i % 2 == 1 ? 4 : 2) * link.cost(i * width);
  return sum * width / 3;
}

} // namespace

TEST(link_cost, is_the_formula_of_the_bureau_of_public_roads) {
  EXPECT_DOUBLE_EQ(one_link("0.15", "4").cost(0), 2);
  EXPECT_DOUBLE_EQ(one_link("0.15", "4").cost(10), 2.3);
  EXPECT_DOUBLE_EQ(one_link("0.15", "4").cost(20), 2 * (1 + 0.15 * 16));
}

TEST(link_cost, of_power_0_is_the_same_at_every_flow) {
  const auto link = one_link("0.5", "0");
  EXPECT_DOUBLE_EQ(link.cost(0), 3);
  EXPECT_DOUBLE_EQ(link.cost(100), 3);
  EXPECT_DOUBLE_EQ(link.integral(100), 300);
}

TEST(link_cost, counts_toll_and_distance_but_not_as_time) {
  const auto link = one_link("0.15", "4", {0.1, 2});
  EXPECT_DOUBLE_EQ(link.cost(10), 2.3 + 0.5 + 6);
  EXPECT_NEAR(link.time(10), 2.3, 1e-14);
}

TEST(link_cost, integral_belongs_to_the_cost) {
  for (const auto* power : {"1", "1.5", "2", "4", "5.5"}) {
    const auto link = one_link("0.3", power, {1, 0});
    EXPECT_NEAR(link.integral(17), integrated(link, 17), 1e-5) << power;
  }
}

TEST(priced_links, that_cannot_congest_cost_the_same_whatever_their_capacity) {
  const auto roads = network_of(
      2, 2, 0,
      {link_record{.tail = 0, .head = 1, .capacity = 1e-310, .free_time = 2, .b = 0, .power = 4}});
  priced_links links{roads, {}};
  links.set_flows(std::vector<double>{100});
  EXPECT_EQ(links.cost(0), 2);
}

TEST(priced_links, have_the_same_costs_and_their_derivatives_for_every_power) {
  for (const auto* power : {"0", "0.5", "1", "1.5", "2", "2.7", "4", "5.5", "20"}) {
    const auto roads = one_road("0.3", power);
    const cost_factors factors{1, 2};
    const auto same = costs_of(roads, factors).front();
    priced_links links{roads, factors};
    for (const double flow : {0.0, 3.0, 10.0, 17.0}) {
      links.set_flows(std::vector{flow});
      EXPECT_NEAR(links.cost(0) / same.cost(flow), 1, 1e-14) << power << " at " << flow;
      if (flow == 0)
        continue; // below power 1 there is no derivative
      const double step = 1e-5;
      const double slope = (same.cost(flow + step) - same.cost(flow - step)) / (2 * step);
      EXPECT_NEAR(links.derivative(0), slope, 1e-8 + 1e-6 * slope) << power << " at " << flow;
      EXPECT_NEAR(same.derivative(flow), links.derivative(0), 1e-13 * slope) << power;
    }
  }
}

TEST(priced_links, are_priced_anew_with_every_change_of_flow) {
  const auto roads = one_road("0.3", "4");
  const auto same = costs_of(roads, {}).front();
  priced_links links{roads, {}};
  links.set_flows(std::vector{5.0});
  links.add(0, 7);
  EXPECT_DOUBLE_EQ(links.cost(0), same.cost(12));
  links.add(0, -12.0000001); // a hair less than nothing costs as much as nothing
  EXPECT_DOUBLE_EQ(links.cost(0), same.cost(0));
}

} // namespace traffic_assignment
