// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/city/city_options.hpp"
#include "examples/traffic_assignment/city/city_streets.hpp"
#include "examples/traffic_assignment/network/network.hpp"

#include <cstdint>
#include <vector>

namespace traffic_assignment {

/// A road city that was made up. Lengths are in kilometres, times in minutes, flows and capacities
/// in vehicles per hour. Zones are tied to junctions by connectors that do not congest, and no
/// route passes through a zone.
struct generated_city {
  network roads;
  demand_table demand;
  std::vector<place> places; ///< of the nodes: of the zones, then of the junctions
};

/// Makes a city, the same one for a seed and options on every machine. Every trip has a route.
/// Throws std::invalid_argument where an option is out of range.
[[nodiscard]] generated_city make_city(std::uint64_t seed, const city_options& options = {});

} // namespace traffic_assignment
