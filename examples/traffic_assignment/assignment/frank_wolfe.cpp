// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/frank_wolfe.hpp"

#include <algorithm>
#include <utility>

namespace traffic_assignment {

all_or_nothing::all_or_nothing(const network& roads, const cost_factors& factors,
                               const demand_table& demand, std::span<const std::uint32_t> origins)
    : roads_(roads), demand_(demand), links_(roads, factors), search_(roads),
      through_(roads.nodes) {
  for (const auto origin : origins)
    if (!demand.trips[origin].empty())
      origins_.push_back(origin);
  trees_.resize(origins_.size());
}

all_or_nothing::answer all_or_nothing::assign(std::span<const double> totals) {
  links_.set_flows(totals);
  answer all;
  all.flows.resize(totals.size());
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const auto& trips = demand_.trips[origins_[i]];
    auto& tree = trees_[i];
    search_.search(origins_[i], trips, links_.costs(), 0, tree);
    for (const auto& [destination, demand] : trips) {
      through_[destination] = demand;
      all.shortest += demand * search_.distance(destination);
    }
    // Each node stands behind the one before it, so from the end all flow of a node is known.
    for (auto node = tree.nodes.size(); node-- > 0;) {
      const double flow = std::exchange(through_[tree.nodes[node]], 0);
      if (flow == 0)
        continue;
      const auto link = tree.arrived_by[node];
      all.flows[link] += flow;
      through_[roads_.tail[link]] += flow;
    }
    through_[origins_[i]] = 0;
  }
  return all;
}

double conjugate_directions::move(std::vector<double>& flows,
                                  const std::vector<double>& all_or_nothing) {
  aim(flows, all_or_nothing);
  std::vector<double> direction(flows.size());
  for (std::size_t link = 0; link < flows.size(); ++link)
    direction[link] = target_[link] - flows[link];
  constexpr double accuracy = 1e-9; // the next directions rely on a line search that is exact
  last_step_ = search_.step(flows, direction, 0, accuracy);
  for (std::size_t link = 0; link < flows.size(); ++link)
    flows[link] = std::max(0.0, flows[link] + last_step_ * direction[link]);
  // Behind a whole step, or none, nothing of the old targets is of use.
  constexpr double step_max = 0.99;
  if (last_step_ > step_max || last_step_ == 0) {
    last_.clear();
    last_but_one_.clear();
  } else {
    std::swap(last_but_one_, last_);
    std::swap(last_, target_);
  }
  return last_step_;
}

void conjugate_directions::aim(const std::vector<double>& flows,
                               const std::vector<double>& all_or_nothing) {
  if (!last_but_one_.empty() && aim_at_mean_of_three(flows, all_or_nothing))
    return;
  if (!last_.empty() && aim_at_mean_of_two(flows, all_or_nothing))
    return;
  target_ = all_or_nothing;
}

/// Equations 21 to 23 of the paper, with d(k-1) = last - x and
/// d(k-2) = step * last + (1 - step) * last but one - x.
bool conjugate_directions::aim_at_mean_of_three(const std::vector<double>& flows,
                                                const std::vector<double>& all_or_nothing) {
  double mu_over = 0;
  double mu_under = 0;
  double nu_over = 0;
  double nu_under = 0;
  for (std::size_t link = 0; link < flows.size(); ++link) {
    const double curve = costs_[link].derivative(flows[link]);
    const double newest = all_or_nothing[link] - flows[link];
    const double before = last_[link] - flows[link];
    const double two_before =
        last_step_ * last_[link] + (1 - last_step_) * last_but_one_[link] - flows[link];
    mu_over += two_before * curve * newest;
    mu_under += two_before * curve * (last_but_one_[link] - last_[link]);
    nu_over += before * curve * newest;
    nu_under += before * curve * before;
  }
  if (mu_under == 0 || nu_under == 0)
    return false;
  const double mu = std::max(0.0, -mu_over / mu_under);
  const double nu = std::max(0.0, -nu_over / nu_under + mu * last_step_ / (1 - last_step_));
  const double part = 1 / (1 + mu + nu);
  target_.resize(flows.size());
  for (std::size_t link = 0; link < flows.size(); ++link)
    target_[link] = part * (all_or_nothing[link] + nu * last_[link] + mu * last_but_one_[link]);
  return true;
}

/// The conjugate method of the same paper: for its first moves.
bool conjugate_directions::aim_at_mean_of_two(const std::vector<double>& flows,
                                              const std::vector<double>& all_or_nothing) {
  double over = 0;
  double under = 0;
  for (std::size_t link = 0; link < flows.size(); ++link) {
    const double curve = costs_[link].derivative(flows[link]);
    const double newest = all_or_nothing[link] - flows[link];
    const double before = last_[link] - flows[link];
    over += before * curve * newest;
    under += before * curve * (newest - before);
  }
  if (under == 0)
    return false;
  constexpr double part_max = 0.99;
  const double part = std::clamp(over / under, 0.0, part_max);
  target_.resize(flows.size());
  for (std::size_t link = 0; link < flows.size(); ++link)
    target_[link] = part * last_[link] + (1 - part) * all_or_nothing[link];
  return true;
}

} // namespace traffic_assignment
