#pragma once

#include "examples/traffic_assignment/link_cost.hpp"

#include <span>

namespace traffic_assignment {

/// What is told of an assignment. With flow x, cost c and demand d:
struct figures {
  double objective = 0;           ///< Beckmann's: sum over links of the integral of c from 0 to x
  double total_cost = 0;          ///< sum of x c(x), with toll and distance
  double total_time = 0;          ///< sum of x t(x), time alone
  double relative_gap = 1;        ///< 1 - (cost of all trips on shortest paths) / total_cost
  double average_excess_cost = 0; ///< (total_cost - cost on shortest paths) / demand
};

/// `shortest_total` is what all trips would cost on their shortest paths at these flows.
[[nodiscard]] figures figures_of(std::span<const link_cost> costs, std::span<const double> flows,
                                 double shortest_total, double demand);

/// The step in [1 / parts, 1] along `direction` from `flows` at which Beckmann's objective is
/// least: where its derivative, the sum of c(x + step * direction) * direction, is zero. By
/// bisection.
///
/// The direction is the sum of those of `parts` solvers, each of which lowers the objective by
/// itself. The objective is convex, so the step 1 / parts lowers it too; near the equilibrium,
/// where the derivative is lost in rounding, that is all that is sure.
[[nodiscard]] double best_step(std::span<const link_cost> costs, std::span<const double> flows,
                               std::span<const double> direction, std::size_t parts);

} // namespace traffic_assignment
