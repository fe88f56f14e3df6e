#pragma once

#include "examples/traffic_assignment/network.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

namespace traffic_assignment {

/// Generalised cost of a link at flow x, by the BPR formula of the Bureau of Public Roads (1964):
///     cost(x) = free_time * (1 + b * (x / capacity)^power) + constant
/// with constant = toll_factor * toll + distance_factor * length. Increasing and convex in x for x >= 0.
///
/// One record per link, so that an evaluation touches one cache line.
struct link_cost {
  double free_time = 0;
  double slope = 0; ///< free_time * b / capacity^power; 0 where the cost is constant
  double power = 0;
  double constant = 0; ///< toll and distance

  [[nodiscard]] double cost(double flow) const;
  /// d cost / d flow.
  [[nodiscard]] double derivative(double flow) const;
  /// The integral of cost from 0 to flow: the link's part of Beckmann's objective.
  [[nodiscard]] double integral(double flow) const;
  /// Time alone, without toll and distance.
  [[nodiscard]] double time(double flow) const { return cost(flow) - constant; }
};

} // namespace traffic_assignment
