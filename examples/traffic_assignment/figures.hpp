#pragma once

#include "examples/traffic_assignment/link_cost.hpp"

#include <span>

namespace traffic_assignment {

/// What is told of flows x with costs c and times t.
struct figures {
  double objective = 0;  ///< Beckmann's: sum over links of the integral of c from 0 to x
  double total_cost = 0; ///< sum of x c(x), with toll and distance
  double total_time = 0; ///< sum of x t(x), time alone
};

[[nodiscard]] figures figures_of(std::span<const link_cost> costs, std::span<const double> flows);

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
