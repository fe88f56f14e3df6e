// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/error.hpp"
#include "examples/traffic_assignment/tntp/tntp_flow.hpp"
#include "examples/traffic_assignment/tntp/tntp_network.hpp"
#include "examples/traffic_assignment/tntp/tntp_trips.hpp"
#include "tests/folders.hpp"
#include "tests/system/fixtures/programs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

// The model on real processes. What it says of its flows is computed again from the file that it
// wrote, by code that shares nothing with it but the readers.

namespace lockstep {

namespace {

namespace fs = std::filesystem;
using traffic_assignment::demand_table;
using traffic_assignment::network;

json assign(running_head& head, json parameters) {
  const auto run = head.connect().call(
      "runs.start",
      {{"model", "traffic_assignment"}, {"parameters", std::move(parameters)}, {"seed", 1}});
  return head.result_of(run.at("run"));
}

struct known_network {
  const char* stem; ///< folder and beginning of the names
  double objective; ///< the best known
  double gap;       ///< to reach
  const char* algorithm = "gradient-projection";
};

fs::path file(const known_network& known, const std::string& ending) {
  return test_folders::shared_data() / "tntp" / (known.stem + ending);
}

double cost(const network& roads, std::size_t link, double flow) {
  return roads.free_time[link] *
         (1 + roads.b[link] * std::pow(flow / roads.capacity[link], roads.power[link]));
}

double objective(const network& roads, const std::vector<double>& flows) {
  double sum = 0;
  for (std::size_t i = 0; i < flows.size(); ++i)
    sum += roads.free_time[i] * flows[i] *
           (1 + roads.b[i] / (roads.power[i] + 1) *
                    std::pow(flows[i] / roads.capacity[i], roads.power[i]));
  return sum;
}

/// Shortest distances by Bellman and Ford.
std::vector<double> distances(const network& roads, const std::vector<double>& costs,
                              std::size_t origin) {
  std::vector<double> distance(roads.nodes, std::numeric_limits<double>::infinity());
  distance[origin] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < roads.links(); ++i) {
      const auto from = roads.tail[i];
      if (from < roads.first_through_node && from != origin)
        continue;
      if (const double by = distance[from] + costs[i]; by < distance[roads.head[i]]) {
        distance[roads.head[i]] = by;
        changed = true;
      }
    }
  }
  return distance;
}

double relative_gap(const network& roads, const demand_table& demand,
                    const std::vector<double>& flows) {
  std::vector<double> costs;
  double total = 0;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    costs.push_back(cost(roads, i, flows[i]));
    total += costs.back() * flows[i];
  }
  double shortest = 0;
  for (std::size_t origin = 0; origin < demand.trips.size(); ++origin) {
    const auto distance = distances(roads, costs, origin);
    for (const auto& trip : demand.trips[origin])
      shortest += trip.demand * distance[trip.destination];
  }
  return 1 - shortest / total;
}

/// The largest part of the demand that a node loses or makes.
double lost_flow(const network& roads, const demand_table& demand,
                 const std::vector<double>& flows) {
  std::vector<double> left(roads.nodes);
  for (std::size_t i = 0; i < flows.size(); ++i) {
    left[roads.tail[i]] -= flows[i];
    left[roads.head[i]] += flows[i];
  }
  for (std::size_t origin = 0; origin < demand.trips.size(); ++origin)
    for (const auto& trip : demand.trips[origin]) {
      left[origin] += trip.demand;
      left[trip.destination] -= trip.demand;
    }
  double worst = 0;
  for (const double each : left)
    worst = std::max(worst, std::abs(each));
  return worst / demand.total;
}

} // namespace

class known_assignment : public testing::TestWithParam<known_network> {};

TEST_P(known_assignment, is_found_and_holds_when_computed_again) {
  const auto& known = GetParam();
  if (!fs::exists(file(known, "_net.tntp")))
    GTEST_SKIP() << "needs the shared data: " << file(known, "_net.tntp");
  const auto written =
      fs::path{testing::TempDir()} / ("flows-" + std::to_string(::getpid()) + ".tntp");
  running_head head;
  const auto ended = assign(head, {{"net", file(known, "_net.tntp").string()},
                                   {"trips", file(known, "_trips.tntp").string()},
                                   {"gap", known.gap},
                                   {"algorithm", known.algorithm},
                                   {"flows-out", written.string()}});
  ASSERT_EQ(ended.at("state"), "done") << ended;
  const auto& result = ended.at("result");
  const auto roads = traffic_assignment::read_network(file(known, "_net.tntp"));
  const auto demand = traffic_assignment::read_trips(file(known, "_trips.tntp"), roads.zones);
  const auto flows = traffic_assignment::volumes_of(roads, traffic_assignment::read_flows(written));
  fs::remove(written);

  EXPECT_LE(result.at("relative_gap"), known.gap);
  EXPECT_NEAR(result.at("objective").get<double>() / known.objective, 1, 1e-6);
  EXPECT_NEAR(objective(roads, flows) / result.at("objective").get<double>(), 1, 1e-12);
  // Cancellation leaves about 1e-13 of any gap.
  EXPECT_NEAR(relative_gap(roads, demand, flows), result.at("relative_gap").get<double>(), 1e-12);
  EXPECT_LT(lost_flow(roads, demand, flows), 1e-9);

  if (const auto published = file(known, "_flow.tntp"); fs::exists(published)) {
    const auto best =
        traffic_assignment::volumes_of(roads, traffic_assignment::read_flows(published));
    for (std::size_t i = 0; i < flows.size(); ++i)
      EXPECT_NEAR(flows[i], best[i], 1e-3 * std::max(best[i], 1.0)) << "link " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    tntp, known_assignment,
    testing::Values(
        known_network{"SiouxFalls/SiouxFalls", 4231335.28710744, 1e-10},
        known_network{"Braess/Braess", 386.00000008, 1e-6},
        known_network{"EasternMassachusetts/EMA", 26160.345922911, 1e-6},
        known_network{"Anaheim/Anaheim", 1286032.171096032, 1e-10},
        known_network{"BerlinFriedrichshain/friedrichshain-center", 618038.880728006, 1e-6},
        known_network{"SiouxFalls/SiouxFalls", 4231335.28710744, 1e-6, "frank-wolfe"},
        known_network{"EasternMassachusetts/EMA", 26160.345922911, 1e-6, "frank-wolfe"}),
    [](const auto& tested) {
      const std::string stem = tested.param.stem;
      const std::string way = tested.param.algorithm;
      return stem.substr(0, stem.find('/')) + "_by_" + way.substr(0, way.find('-'));
    });

TEST(traffic_assignment_model, any_number_of_solvers_finds_the_same_equilibrium) {
  running_head head{{"--solvers", "5"}};
  std::vector<double> objectives;
  for (const int solvers : {1, 2, 3, 5}) {
    const auto run = head.connect().call(
        "runs.start",
        {{"model", "traffic_assignment"}, {"parameters", {{"gap", 1e-9}}}, {"solvers", solvers}});
    const auto ended = head.result_of(run.at("run"));
    ASSERT_EQ(ended.at("state"), "done") << ended;
    objectives.push_back(ended.at("result").at("objective"));
    EXPECT_NEAR(objectives.back() / objectives.front(), 1, 1e-9) << solvers;
  }
}

TEST(traffic_assignment_model,
     origins_change_their_solver_and_a_run_done_again_gives_the_same_bits) {
  running_head head{{"--solvers", "5"}};
  const auto result = [&] {
    const auto run = head.connect().call(
        "runs.start",
        {{"model", "traffic_assignment"}, {"parameters", {{"gap", 1e-6}}}, {"solvers", 5}});
    return head.result_of(run.at("run")).at("result");
  };
  const auto first = result();
  const auto second = result();
  EXPECT_GT(first.at("origins_moved"), 0);
  for (const auto* figure : {"objective", "relative_gap", "steps", "origins_moved"})
    EXPECT_EQ(first.at(figure), second.at(figure)) << figure;
}

TEST(traffic_assignment_model, a_cancelled_run_gives_the_best_flows_so_far) {
  running_head head;
  auto link = head.connect();
  link.call("events.subscribe", {{"kinds", {"report"}}});
  const auto run = link.call("runs.start", {{"model", "traffic_assignment"},
                                            {"parameters", {{"gap", 1e-14}, {"city", "small"}}}})
                       .at("run")
                       .get<std::string>();
  ASSERT_TRUE(link.next_event(std::chrono::seconds{60}));
  link.call("runs.cancel", {{"run", run}});
  const auto ended = head.result_of(run);
  EXPECT_EQ(ended.at("state"), "cancelled");
  EXPECT_EQ(ended.at("result").at("cancelled"), true);
  EXPECT_LT(ended.at("result").at("relative_gap"), 1);
}

TEST(traffic_assignment_model, published_flows_and_places_stand_beside_its_own) {
  const known_network known{"SiouxFalls/SiouxFalls", 0, 1e-8};
  if (!fs::exists(file(known, "_net.tntp")))
    GTEST_SKIP() << "needs the shared data: " << file(known, "_net.tntp");
  const auto table =
      fs::path{testing::TempDir()} / ("table-" + std::to_string(::getpid()) + ".csv");
  running_head head;
  const auto ended = assign(head, {{"net", file(known, "_net.tntp").string()},
                                   {"trips", file(known, "_trips.tntp").string()},
                                   {"nodes", file(known, "_node.tntp").string()},
                                   {"published", file(known, "_flow.tntp").string()},
                                   {"gap", known.gap},
                                   {"csv-out", table.string()}});
  ASSERT_EQ(ended.at("state"), "done") << ended;
  EXPECT_LT(ended.at("result").at("largest_difference"), 1e-4);
  std::ifstream text{table};
  std::string header;
  std::string first;
  ASSERT_TRUE(std::getline(text, header) && std::getline(text, first));
  EXPECT_EQ(header, "from,to,capacity,flow,cost,time,published,difference,from_x,from_y,to_x,to_y");
  EXPECT_NE(first.find(",-96.77041974"), std::string::npos) << first;
  fs::remove(table);
}

TEST(traffic_assignment_model, a_network_without_its_trips_is_refused_before_anything_runs) {
  running_head head;
  auto link = head.connect();
  try {
    link.call("runs.start",
              {{"model", "traffic_assignment"}, {"parameters", {{"net", "/dev/null"}}}});
    FAIL() << "it was accepted";
  } catch (const call_failed& why) {
    EXPECT_EQ(why.code, rpc_code::bad_parameter);
    EXPECT_NE(std::string{why.what()}.find("net and trips are both needed"), std::string::npos);
  }
  EXPECT_TRUE(link.call("runs.list").empty());
}

} // namespace lockstep
