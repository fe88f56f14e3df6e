// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/link_cost.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace traffic_assignment {

/// Looks for the best step along a direction. It keeps of every link what its cost is made of side
/// by side, because it asks for all of them over and over.
class line_search {
public:
  explicit line_search(std::span<const link_cost> costs);

  /// The step in [least, 1] along `direction` from `flows` at which Beckmann's objective is least:
  /// where its derivative, the sum of c(x + step * direction) * direction, is zero. The objective
  /// is convex, so the derivative rises; its zero is found by false position (Dowell and Jarratt
  /// 1971, the "Illinois" algorithm), which costs one cost per link and trial, to within
  /// `accuracy`.
  ///
  /// A direction that is the sum of those of n solvers, each of which lowers the objective by
  /// itself, lowers it at the step 1 / n for certain: that is the `least` to ask for then, since
  /// near the equilibrium the derivative is lost in rounding.
  [[nodiscard]] double step(std::span<const double> flows, std::span<const double> direction,
                            double least, double accuracy) const;

private:
  [[nodiscard]] double slope_at(double step, std::span<const double> flows,
                                std::span<const double> direction) const;

  struct other_link {
    std::size_t link = 0;
    link_cost cost;
  };

  std::vector<double> base_;   ///< by link, cost at no flow
  std::vector<double> fourth_; ///< by link, what the cost rises by with the fourth power of flow
  std::vector<other_link> others_; ///< whose costs rise by other powers
};

} // namespace traffic_assignment
