// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/problem/problem.hpp"

#include "examples/traffic_assignment/city/generated_city.hpp"
#include "examples/traffic_assignment/problem/reachability.hpp"
#include "examples/traffic_assignment/tntp/tntp_network.hpp"
#include "examples/traffic_assignment/tntp/tntp_trips.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <stdexcept>

namespace traffic_assignment {

algorithm algorithm_of(const lockstep::json& parameters) {
  const std::string name = parameters.at("algorithm");
  if (name == "gradient-projection")
    return algorithm::gradient_projection;
  if (name == "frank-wolfe")
    return algorithm::frank_wolfe;
  throw std::invalid_argument("there is no algorithm '" + name +
                              "'; there are: gradient-projection frank-wolfe");
}

std::string why_not_together(const lockstep::json& parameters) {
  const auto is_given = [&](const char* name) { return parameters.at(name) != ""; };
  if (is_given("net") != is_given("trips"))
    return "net and trips are both needed, or neither for a made-up city";
  for (const auto* about_files : {"nodes", "published"})
    if (is_given(about_files) && !is_given("net"))
      return std::string{about_files} + " belongs to the files net and trips";
  return {};
}

problem problem_of(const lockstep::json& parameters) {
  if (const auto why = why_not_together(parameters); !why.empty())
    throw std::invalid_argument(why);
  const std::string roads = parameters.at("net");
  const std::string trips = parameters.at("trips");
  problem all;
  if (roads.empty()) {
    const std::string name = parameters.at("city");
    const auto options = city_named(name);
    if (!options)
      throw std::invalid_argument("there is no city '" + name + "'; there are: town small large");
    const std::uint64_t seed = parameters.at("city-seed");
    auto made = make_city(seed, *options);
    all = {std::move(made.roads), std::move(made.demand), {}, name + "-" + std::to_string(seed)};
    for (const auto& [x_m, y_m] : made.places)
      all.nodes.push_back({static_cast<double>(x_m), static_cast<double>(y_m)});
  } else {
    all.roads = read_network(roads);
    all.demand = read_trips(trips, all.roads.zones);
    check_routes(all.roads, all.demand);
    if (const std::string nodes = parameters.at("nodes"); !nodes.empty())
      all.nodes = read_nodes(nodes, all.roads.nodes);
    all.name = std::filesystem::path{roads}.stem().string();
  }
  all.factors = {parameters.at("toll-factor"), parameters.at("distance-factor")};
  return all;
}

std::vector<std::uint32_t> origins_of(const problem& all, std::size_t index, std::size_t count) {
  const auto& trips = all.demand.trips;
  // A search costs about as much as the paths of this many trips.
  const auto search = static_cast<double>(all.roads.links()) / 50;
  const auto work = [&](std::uint32_t origin) {
    return trips[origin].empty() ? 0 : search + static_cast<double>(trips[origin].size());
  };
  std::vector<std::uint32_t> by_work(trips.size());
  std::iota(by_work.begin(), by_work.end(), 0U);
  std::ranges::stable_sort(by_work, std::greater{}, work);
  std::vector<double> load(count);
  std::vector<std::uint32_t> own;
  for (const auto origin : by_work) {
    const auto least = std::ranges::min_element(load);
    *least += work(origin);
    if (least - load.begin() == static_cast<std::ptrdiff_t>(index) && work(origin) > 0)
      own.push_back(origin);
  }
  std::ranges::sort(own);
  return own;
}

} // namespace traffic_assignment
