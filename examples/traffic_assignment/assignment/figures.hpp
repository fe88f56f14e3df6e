// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/link_cost.hpp"

#include <span>

namespace traffic_assignment {

/// What is told of flows x with costs c and times t.
struct figures {
  double objective = 0;  ///< Beckmann's: sum over links of the integral of c from 0 to x
  double total_cost = 0; ///< sum of x c(x), with toll and distance
  double total_time = 0; ///< sum of x t(x), time alone
};

[[nodiscard]] figures figures_of(std::span<const link_cost> costs, std::span<const double> flows);

/// Its total cost alone.
[[nodiscard]] double total_cost_of(std::span<const link_cost> costs, std::span<const double> flows);

/// part / whole, and 0 of nothing.
[[nodiscard]] inline double part_of(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

} // namespace traffic_assignment
