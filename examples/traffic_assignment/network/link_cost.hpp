// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/network.hpp"

#include <cmath>
#include <optional>
#include <vector>

namespace traffic_assignment {

/// What makes a cost of toll and distance. Both >= 0.
struct cost_factors {
  double toll = 0;     ///< cost of one unit of toll
  double distance = 0; ///< cost of one unit of length
};

/// Generalised cost of a link at flow x >= 0, by the BPR formula (Bureau of Public Roads, 1964):
///     cost(x) = free_time * (1 + b * (x / capacity)^power) + constant
/// with constant = toll factor * toll + distance factor * length. Increasing and, for powers of at
/// least 1, convex. For figures and line searches; solvers, which change flows all the time, have
/// the same formula in priced_links.
class link_cost {
public:
  link_cost(const network& roads, std::size_t link, const cost_factors& factors);

  [[nodiscard]] double cost(double flow) const { return base_ + rise(flow); }
  /// c in base + c * flow^4, where the cost rises with the usual power, or not at all.
  [[nodiscard]] std::optional<double> fourth() const;
  /// Of the cost; below power 1 it is unbounded at no flow, and 0 is answered there.
  [[nodiscard]] double derivative(double flow) const;
  /// The integral of cost from 0 to flow: the link's part of Beckmann's objective.
  [[nodiscard]] double integral(double flow) const;
  /// Time alone, without toll and distance.
  [[nodiscard]] double time(double flow) const { return cost(flow) - constant_; }

private:
  // In the header, because a line search asks for every link's cost over and over.
  [[nodiscard]] double rise(double flow) const {
    return rise_ == 0 ? 0 : rise_ * raised(flow * per_car_);
  }

  /// The usual power of published networks without the general one's price.
  [[nodiscard]] double raised(double x) const {
    if (power_ == 4) {
      const double square = x * x;
      return square * square;
    }
    return power_ == 1 ? x : std::pow(x, power_);
  }

  double base_ = 0;    ///< cost at no flow
  double rise_ = 0;    ///< cost above that at capacity
  double per_car_ = 1; ///< reciprocal of the capacity
  double power_ = 0;
  double constant_ = 0; ///< toll and distance
};

/// By link of the network.
[[nodiscard]] std::vector<link_cost> costs_of(const network& roads, const cost_factors& factors);

} // namespace traffic_assignment
