// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/line_search.hpp"

#include <algorithm>

namespace traffic_assignment {

line_search::line_search(std::span<const link_cost> costs) {
  for (std::size_t link = 0; link < costs.size(); ++link) {
    const auto fourth = costs[link].fourth();
    base_.push_back(costs[link].cost(0));
    fourth_.push_back(fourth.value_or(0));
    if (!fourth)
      others_.push_back({link, costs[link]});
  }
}

/// d objective / d step.
double line_search::slope_at(double step, std::span<const double> flows,
                             std::span<const double> direction) const {
  const auto flow_at = [&](std::size_t link) {
    return std::max(flows[link] + step * direction[link], 0.0);
  };
  const auto part_of = [&](std::size_t link) {
    const double square = flow_at(link) * flow_at(link);
    return direction[link] * (base_[link] + fourth_[link] * square * square);
  };
  // Two sums, so that one addition need not wait for the other.
  double even = 0;
  double odd = 0;
  const auto pairs = flows.size() / 2 * 2;
  for (std::size_t link = 0; link < pairs; link += 2) {
    even += part_of(link);
    odd += part_of(link + 1);
  }
  if (pairs < flows.size())
    even += part_of(pairs);
  for (const auto& [link, cost] : others_)
    if (direction[link] != 0)
      odd += direction[link] * (cost.cost(flow_at(link)) - base_[link]);
  return even + odd;
}

double line_search::step(std::span<const double> flows, std::span<const double> direction,
                         double least, double accuracy) const {
  double high = 1;
  double at_high = slope_at(high, flows, direction);
  if (at_high <= 0)
    return 1;
  double low = least;
  double at_low = slope_at(low, flows, direction);
  // Convergence is faster than that of halving; the limit is against rounding.
  constexpr int trials_max = 60;
  for (int i = 0; i < trials_max && at_low < 0 && high - low > accuracy; ++i) {
    const double between = low + (high - low) * at_low / (at_low - at_high);
    const double slope = slope_at(between, flows, direction);
    if (slope == 0)
      return between;
    if (slope < 0) {
      if (between - low < accuracy && between > least + accuracy)
        return between;
      low = between;
      at_low = slope;
      at_high /= 2; // else the other end might stay for ever
    } else {
      if (high - between < accuracy && high < 1)
        return between;
      high = between;
      at_high = slope;
      at_low /= 2;
    }
  }
  return low;
}

} // namespace traffic_assignment
