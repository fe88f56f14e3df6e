// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/figures.hpp"

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

double total_cost_of(std::span<const link_cost> costs, std::span<const double> flows) {
  double total = 0;
  for (std::size_t link = 0; link < flows.size(); ++link)
    total += flows[link] * costs[link].cost(flows[link]);
  return total;
}

} // namespace traffic_assignment
