#pragma once

#include "examples/traffic_assignment/link_cost.hpp"

#include <span>

namespace traffic_assignment {

/// The step in [least, 1] along `direction` from `flows` at which Beckmann's objective is least:
/// where its derivative, the sum of c(x + step * direction) * direction, is zero. The objective is
/// convex, so the derivative rises; its zero is found by false position (Dowell and Jarratt 1971,
/// the "Illinois" algorithm), which costs one cost per link and trial, to within `accuracy`.
///
/// A direction that is the sum of those of n solvers, each of which lowers the objective by itself,
/// lowers it at the step 1 / n for certain: that is the `least` to ask for then, since near the
/// equilibrium the derivative is lost in rounding.
[[nodiscard]] double step_length(std::span<const link_cost> costs, std::span<const double> flows,
                                 std::span<const double> direction, double least, double accuracy);

} // namespace traffic_assignment
