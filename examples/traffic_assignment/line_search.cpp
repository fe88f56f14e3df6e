#include "examples/traffic_assignment/line_search.hpp"

#include <algorithm>
#include <cstddef>

namespace traffic_assignment {

namespace {

/// d objective / d step.
double slope_at(double step, std::span<const link_cost> costs, std::span<const double> flows,
                std::span<const double> direction) {
  double slope = 0;
  for (std::size_t link = 0; link < flows.size(); ++link)
    if (direction[link] != 0)
      slope +=
          direction[link] * costs[link].cost(std::max(flows[link] + step * direction[link], 0.0));
  return slope;
}

} // namespace

double step_length(std::span<const link_cost> costs, std::span<const double> flows,
                   std::span<const double> direction, double least, double accuracy) {
  double high = 1;
  double at_high = slope_at(high, costs, flows, direction);
  if (at_high <= 0)
    return 1;
  double low = least;
  double at_low = slope_at(low, costs, flows, direction);
  // Convergence is faster than that of halving; the limit is against rounding.
  constexpr int trials_max = 60;
  for (int i = 0; i < trials_max && at_low < 0 && high - low > accuracy; ++i) {
    const double between = low + (high - low) * at_low / (at_low - at_high);
    const double slope = slope_at(between, costs, flows, direction);
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
