// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/link_cost.hpp"
#include "examples/traffic_assignment/network/network.hpp"
#include "examples/traffic_assignment/tntp/tntp_node.hpp"

#include <lockstep/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace traffic_assignment {

enum class algorithm { gradient_projection, frank_wolfe };

/// Which the parameters name. Throws std::invalid_argument for a name that there is not.
[[nodiscard]] algorithm algorithm_of(const lockstep::json& parameters);

/// What is to be assigned: every solver and the plan make the same one from the run's parameters.
struct problem {
  network roads;
  demand_table demand;
  cost_factors factors;
  std::string name;
  std::vector<point> nodes{}; ///< where they lie, if that is known
};

/// Why parameters do not go together; empty where they do.
[[nodiscard]] std::string why_not_together(const lockstep::json& parameters);

/// Reads the files that the parameters name, or makes the city that they describe. Throws
/// std::runtime_error with file, line and reason, std::invalid_argument for a bad parameter.
[[nodiscard]] problem problem_of(const lockstep::json& parameters);

/// The origins of solver `index` of `count`: those with most work first, each to whoever has least
/// so far. The work of an origin is a search of the network and the paths of its trips.
[[nodiscard]] std::vector<std::uint32_t> origins_of(const problem& all, std::size_t index,
                                                    std::size_t count);

} // namespace traffic_assignment
