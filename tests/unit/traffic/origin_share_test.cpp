// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/figures.hpp"
#include "examples/traffic_assignment/assignment/line_search.hpp"
#include "examples/traffic_assignment/assignment/origin_share.hpp"
#include "examples/traffic_assignment/city/generated_city.hpp"
#include "examples/traffic_assignment/network/link_list.hpp"

#include <lockstep/codec.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace traffic_assignment {

namespace {

/// What a run of some solvers comes to, without a runtime: one after another.
class simulated_team {
public:
  simulated_team(const network& roads, const demand_table& demand, std::size_t solvers)
      : roads_(roads), costs_(costs_of(roads, {})), search_(costs_) {
    for (std::size_t solver = 0; solver < solvers; ++solver) {
      std::vector<std::uint32_t> own;
      for (auto origin = solver; origin < roads.zones; origin += solvers)
        own.push_back(static_cast<std::uint32_t>(origin));
      shares_.emplace_back(roads, cost_factors{}, demand, own, solvers);
    }
  }

  /// Goes on until the relative gap is no more than the goal; answers it.
  double run(double goal) {
    constexpr int rounds_max = 500;
    if (flows_.empty())
      flows_ = ask([](auto& share) { return share.load(); }).flows;
    double gap = 1;
    for (int round = 0; round < rounds_max && gap > goal; ++round) {
      move(ask([&](auto& share) { return share.improve(flows_); }));
      for (int i = 0; i < 6; ++i)
        move(ask([&](auto& share) { return share.shift(flows_, 2); }));
      auto measured = ask([&](auto& share) { return share.measure(flows_); });
      const double total = total_cost_of(costs_, flows_);
      gap = part_of(total - measured.shortest, total);
      flows_ = std::move(measured.flows);
    }
    return gap;
  }

  /// Through bytes, as between processes.
  void swap_origin(std::uint32_t origin, std::size_t from, std::size_t to) {
    const auto bytes = lockstep::encode(1 << 20, shares_[from].give(origin));
    origin_state arrived;
    lockstep::decode(bytes, arrived);
    shares_[to].take(std::move(arrived));
  }

  [[nodiscard]] const std::vector<double>& flows() const { return flows_; }
  [[nodiscard]] const std::vector<double>& steps() const { return steps_; }
  [[nodiscard]] const std::vector<origin_share>& shares() const { return shares_; }

private:
  template <class Step>
  share_answer ask(Step step) {
    share_answer sum;
    sum.flows.resize(roads_.links());
    for (auto& share : shares_) {
      share.accept(step_);
      const auto answer = step(share);
      for (std::size_t link = 0; link < roads_.links(); ++link)
        sum.flows[link] += answer.flows[link];
      sum.shortest += answer.shortest;
      sum.excess += answer.excess;
    }
    step_ = 1;
    return sum;
  }

  void move(const share_answer& all) {
    const auto solvers = static_cast<double>(shares_.size());
    step_ = shares_.size() == 1 ? 1 : search_.step(flows_, all.flows, 1 / solvers, 1e-3);
    steps_.push_back(step_);
    for (std::size_t link = 0; link < flows_.size(); ++link)
      flows_[link] += step_ * all.flows[link];
  }

  const network& roads_;
  std::vector<link_cost> costs_;
  line_search search_;
  std::vector<origin_share> shares_;
  std::vector<double> flows_;
  std::vector<double> steps_;
  double step_ = 1;
};

link_record link(std::uint32_t tail, std::uint32_t head, double free_time, double b,
                 double power = 1) {
  link_record made;
  made.tail = tail;
  made.head = head;
  made.capacity = 1;
  made.free_time = free_time;
  made.b = b;
  made.power = power;
  return made;
}

/// Braess 1968: from 0 to 1 over 2 and 3; costs are 10 x, 50 + x, and 10 + x for the road between.
network braess() {
  return network_of(2, 4, 0,
                    {link(0, 2, 1e-8, 1e9), link(0, 3, 50, 0.02), link(2, 1, 50, 0.02),
                     link(2, 3, 10, 0.1), link(3, 1, 1e-8, 1e9)});
}

demand_table demand_of(std::vector<std::vector<trip>> trips) {
  demand_table demand;
  demand.trips = std::move(trips);
  for (const auto& each : demand.trips)
    for (const auto& one : each)
      demand.total += one.demand;
  return demand;
}

/// How far inflow, outflow and trips are from being even at any node.
double imbalance(const network& roads, const demand_table& demand,
                 const std::vector<double>& flows) {
  std::vector<double> surplus(roads.nodes);
  for (std::size_t link = 0; link < roads.links(); ++link) {
    surplus[roads.tail[link]] -= flows[link];
    surplus[roads.head[link]] += flows[link];
  }
  for (std::size_t origin = 0; origin < demand.trips.size(); ++origin)
    for (const auto& each : demand.trips[origin]) {
      surplus[origin] += each.demand;
      surplus[each.destination] -= each.demand;
    }
  double largest = 0;
  for (const auto each : surplus)
    largest = std::max(largest, std::abs(each));
  return largest;
}

} // namespace

TEST(origin_share, finds_the_equilibrium_of_braess_where_the_extra_road_makes_all_slower) {
  const auto roads = braess();
  const auto demand = demand_of({{{1, 6}}, {}});
  simulated_team team{roads, demand, 1};
  EXPECT_LE(team.run(1e-12), 1e-12);
  const auto costs = costs_of(roads, {});
  const std::vector<double> expected{4, 2, 2, 2, 4};
  for (std::size_t link = 0; link < roads.links(); ++link)
    EXPECT_NEAR(team.flows()[link], expected[link], 1e-6) << link;
  EXPECT_NEAR(costs[0].cost(team.flows()[0]) + costs[2].cost(team.flows()[2]), 92, 1e-5);
}

TEST(origin_share, reaches_the_same_flows_with_any_number_of_solvers) {
  const auto city = make_city(7);
  simulated_team alone{city.roads, city.demand, 1};
  EXPECT_LE(alone.run(1e-10), 1e-10);
  for (const std::size_t solvers : std::vector<std::size_t>{2, 3, 5}) {
    simulated_team team{city.roads, city.demand, solvers};
    EXPECT_LE(team.run(1e-10), 1e-10) << solvers;
    for (std::size_t link = 0; link < city.roads.links(); ++link)
      EXPECT_NEAR(team.flows()[link], alone.flows()[link], 0.05 + 1e-3 * alone.flows()[link]);
    EXPECT_GT(std::accumulate(team.steps().begin(), team.steps().end(), 0.0),
              0.5 * static_cast<double>(team.steps().size()));
  }
}

TEST(origin_share, loses_no_trips) {
  const auto city = make_city(3);
  for (const std::size_t solvers : std::vector<std::size_t>{1, 2, 3}) {
    simulated_team team{city.roads, city.demand, solvers};
    team.run(1e-10);
    EXPECT_LE(imbalance(city.roads, city.demand, team.flows()), 1e-9 * city.demand.total);
  }
}

TEST(origin_share, goes_on_with_origins_that_another_solver_had) {
  const auto city = make_city(5);
  simulated_team team{city.roads, city.demand, 2};
  team.run(1e-3);
  const auto before = team.flows();
  const auto owned = team.shares()[0].works();
  for (std::size_t i = 0; i < owned.size(); i += 2)
    team.swap_origin(owned[i].origin, 0, 1);
  EXPECT_EQ(team.shares()[0].works().size() + (owned.size() + 1) / 2, owned.size());
  EXPECT_LE(team.run(1e-10), 1e-10);
  EXPECT_LE(imbalance(city.roads, city.demand, team.flows()), 1e-9 * city.demand.total);
}

TEST(origin_share, uses_parallel_roads_and_roads_that_cost_nothing) {
  // Two equal roads from 0 to 2 side by side, then a circle 2, 3, 2 that costs nothing, then to 1.
  const auto roads = network_of(2, 4, 0,
                                {link(0, 2, 1, 1, 4), link(0, 2, 1, 1, 4), link(2, 3, 0, 0, 0),
                                 link(3, 2, 0, 0, 0), link(3, 1, 5, 0, 0), link(2, 1, 5, 1, 1.5)});
  const auto demand = demand_of({{{1, 8}}, {}});
  simulated_team team{roads, demand, 1};
  EXPECT_LE(team.run(1e-12), 1e-12);
  EXPECT_NEAR(team.flows()[0], 4, 1e-6);
  EXPECT_NEAR(team.flows()[1], 4, 1e-6);
  // All take the circle's way out, which costs 5 at any flow; f on the other one pay f * 5 f^1.5
  // too much, so a gap of 1e-12 of some 2100 leaves f up to 3e-4.
  EXPECT_NEAR(team.flows()[5], 8, 3e-4);
  EXPECT_LE(imbalance(roads, demand, team.flows()), 1e-9);
}

TEST(origin_share, lets_no_trip_pass_through_a_zone) {
  // From 0 to 1: by zone 2 it would be shorter. To 2 itself there are trips too.
  const auto roads = network_of(
      3, 4, 3,
      {link(0, 2, 1, 0), link(2, 1, 1, 0), link(0, 3, 5, 0), link(3, 1, 5, 0), link(3, 2, 9, 0)});
  const auto demand = demand_of({{{1, 3}, {2, 4}}, {}, {{1, 5}}});
  for (const std::size_t solvers : std::vector<std::size_t>{1, 2}) {
    simulated_team team{roads, demand, solvers};
    EXPECT_LE(team.run(1e-14), 1e-14);
    // Links in the order of their tails: 0-2, 0-3, 2-1, 3-1, 3-2.
    const std::vector<double> expected{4, 3, 5, 3, 0};
    for (std::size_t link = 0; link < roads.links(); ++link)
      EXPECT_NEAR(team.flows()[link], expected[link], 1e-12) << link;
  }
}

} // namespace traffic_assignment
