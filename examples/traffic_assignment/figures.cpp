#include "examples/traffic_assignment/figures.hpp"

#include <algorithm>

namespace traffic_assignment {

figures figures_of(std::span<const link_cost> costs, std::span<const double> flows) {
  figures now;
  for (std::size_t link = 0; link < flows.size(); ++link) {
    const double flow = flows[link];
    now.objective += costs[link].integral(flow);
    now.total_cost += flow * costs[link].cost(flow);
    now.total_time += flow * costs[link].time(flow);
  }
  return now;
}

double best_step(std::span<const link_cost> costs, std::span<const double> flows,
                 std::span<const double> direction, std::size_t parts) {
  const auto slope_at = [&](double step) {
    double slope = 0;
    for (std::size_t link = 0; link < flows.size(); ++link)
      if (direction[link] != 0)
        slope +=
            direction[link] * costs[link].cost(std::max(flows[link] + step * direction[link], 0.0));
    return slope;
  };
  if (slope_at(1) <= 0)
    return 1;
  double low = 1 / static_cast<double>(parts);
  double high = 1;
  // The objective is flat at its least, so half the digits of a double are all that matters.
  for (int i = 0; i < 26; ++i) {
    const double middle = (low + high) / 2;
    (slope_at(middle) > 0 ? high : low) = middle;
  }
  return low;
}

} // namespace traffic_assignment
