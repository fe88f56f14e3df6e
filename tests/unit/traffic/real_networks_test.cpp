// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/problem/reachability.hpp"
#include "examples/traffic_assignment/tntp/tntp_flow.hpp"
#include "examples/traffic_assignment/tntp/tntp_network.hpp"
#include "examples/traffic_assignment/tntp/tntp_trips.hpp"
#include "tests/folders.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace traffic_assignment {

namespace {

namespace fs = std::filesystem;

/// What the README of the shared files states.
struct published {
  std::string stem; ///< folder and beginning of the names
  std::size_t zones;
  std::size_t nodes;
  std::size_t links;
  double trips;
  std::size_t first_through_node; ///< from 0
};

const std::vector<published> networks{
    {"SiouxFalls/SiouxFalls", 24, 24, 76, 360600, 0},
    {"Braess/Braess", 2, 4, 5, 6, 0},
    {"EasternMassachusetts/EMA", 74, 74, 258, 65576.375431, 0},
    {"Anaheim/Anaheim", 38, 416, 914, 104694.40, 38},
    {"BerlinFriedrichshain/friedrichshain-center", 23, 224, 523, 11205.1, 23}};

fs::path file(const published& known, const std::string& ending) {
  return lockstep::test_folders::shared_data() / "tntp" / (known.stem + ending);
}

bool is_there(const published& known) {
  return fs::exists(file(known, "_net.tntp"));
}

double cost_at(const network& roads, std::size_t link, double flow) {
  return roads.free_time[link] *
         (1 + roads.b[link] * std::pow(flow / roads.capacity[link], roads.power[link]));
}

/// Where and by how much the trips enter the network less where they leave it, by node.
std::vector<double> sources(const network& roads, const demand_table& demand) {
  std::vector<double> surplus(roads.nodes);
  for (std::size_t origin = 0; origin < demand.trips.size(); ++origin)
    for (const auto& [destination, flow] : demand.trips[origin]) {
      surplus[origin] += flow;
      surplus[destination] -= flow;
    }
  return surplus;
}

} // namespace

TEST(real_networks, have_the_published_sizes_and_routes_for_all_trips) {
  std::size_t read = 0;
  for (const auto& known : networks) {
    if (!is_there(known))
      continue;
    SCOPED_TRACE(known.stem);
    const auto roads = read_network(file(known, "_net.tntp"));
    EXPECT_EQ(roads.zones, known.zones);
    EXPECT_EQ(roads.nodes, known.nodes);
    EXPECT_EQ(roads.links(), known.links);
    EXPECT_EQ(roads.first_through_node, known.first_through_node);
    const auto demand = read_trips(file(known, "_trips.tntp"), roads.zones);
    EXPECT_NEAR(demand.total + demand.intrazonal, known.trips, 1e-6 * known.trips);
    EXPECT_TRUE(demand.warnings.empty());
    EXPECT_NO_THROW(check_routes(roads, demand));
    ++read;
  }
  if (read == 0)
    GTEST_SKIP() << "no networks in " << lockstep::test_folders::shared_data();
}

TEST(real_networks, published_flows_have_the_costs_of_the_links_and_carry_the_trips) {
  std::size_t read = 0;
  for (const auto& known : networks) {
    if (!is_there(known) || !fs::exists(file(known, "_flow.tntp")))
      continue;
    SCOPED_TRACE(known.stem);
    const auto roads = read_network(file(known, "_net.tntp"));
    const auto rows = read_flows(file(known, "_flow.tntp"));
    const auto volumes = volumes_of(roads, rows);
    auto surplus = sources(roads, read_trips(file(known, "_trips.tntp"), roads.zones));
    for (std::size_t link = 0; link < roads.links(); ++link) {
      surplus[roads.tail[link]] -= volumes[link];
      surplus[roads.head[link]] += volumes[link];
      const auto& row = rows[roads.file_order[link]];
      ASSERT_EQ(row.volume, volumes[link]);
      EXPECT_NEAR(cost_at(roads, link, volumes[link]), row.cost, 1e-12 * row.cost);
    }
    for (const auto left : surplus)
      EXPECT_NEAR(left, 0, 1e-6);
    ++read;
  }
  if (read == 0)
    GTEST_SKIP() << "no flows in " << lockstep::test_folders::shared_data();
}

} // namespace traffic_assignment
