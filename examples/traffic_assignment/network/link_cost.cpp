// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/network/link_cost.hpp"

namespace traffic_assignment {

link_cost::link_cost(const network& roads, std::size_t link, const cost_factors& factors)
    : constant_(factors.toll * roads.toll[link] + factors.distance * roads.length[link]) {
  base_ = roads.free_time[link] + constant_;
  const double rise = roads.free_time[link] * roads.b[link];
  if (roads.power[link] == 0) {
    base_ += rise; // x^0 is 1, also at flow 0
    return;
  }
  rise_ = rise;
  per_car_ = 1 / roads.capacity[link];
  power_ = roads.power[link];
}

std::optional<double> link_cost::fourth() const {
  if (rise_ == 0)
    return 0;
  if (power_ != 4)
    return std::nullopt;
  return rise_ * per_car_ * per_car_ * per_car_ * per_car_;
}

double link_cost::derivative(double flow) const {
  if (rise_ == 0)
    return 0;
  if (flow <= 0)
    return power_ == 1 ? rise_ * per_car_ : 0;
  return power_ * rise(flow) / flow;
}

double link_cost::integral(double flow) const {
  return flow * (base_ + rise(flow) / (power_ + 1));
}

std::vector<link_cost> costs_of(const network& roads, const cost_factors& factors) {
  std::vector<link_cost> costs;
  costs.reserve(roads.links());
  for (std::size_t link = 0; link < roads.links(); ++link)
    costs.emplace_back(roads, link, factors);
  return costs;
}

} // namespace traffic_assignment
