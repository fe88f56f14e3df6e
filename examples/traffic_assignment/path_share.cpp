#include "examples/traffic_assignment/path_share.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace traffic_assignment {

path_share::path_share(const network& roads, std::vector<link_cost> costs,
                       const demand_table& demand, std::span<const std::uint32_t> origins)
    : roads_(roads), costs_(std::move(costs)), search_(roads), flow_(roads.links()),
      price_(roads.links()), derivative_(roads.links()), marked_(roads.links()) {
  for (const auto origin : origins)
    for (const auto& each : demand.trips[origin])
      sets_.push_back({origin, each, {}});
}

void path_share::accept(double step) {
  if (step == 1)
    return;
  for (auto& set : sets_)
    for (auto& path : set.paths)
      path.flow = path.previous_flow + step * (path.flow - path.previous_flow);
}

double path_share::add_shortest_paths(std::span<const double> total_flows) {
  price(total_flows);
  double shortest_total = 0;
  for (auto first = sets_.begin(); first != sets_.end();) {
    const auto end = end_of_origin(first);
    search_from(first, end);
    for (; first != end; ++first) {
      const double shortest = search_.distance(first->wanted.destination);
      shortest_total += shortest * first->wanted.demand;
      add_path(*first, shortest);
    }
  }
  return shortest_total;
}

double path_share::search_and_shift(std::span<const double> total_flows) {
  price(total_flows);
  remember_flows();
  double excess = 0;
  for (auto first = sets_.begin(); first != sets_.end();) {
    const auto end = end_of_origin(first);
    search_from(first, end);
    for (auto set = first; set != end; ++set) {
      const double shortest = search_.distance(set->wanted.destination);
      for (const auto& path : set->paths)
        excess += path.flow * (cost_of(path) - shortest);
      add_path(*set, shortest);
    }
    for (; first != end; ++first)
      if (first->paths.size() > 1)
        balance(*first);
  }
  return excess;
}

void path_share::search_from(std::vector<path_set>::iterator first,
                             std::vector<path_set>::iterator end) {
  destinations_.clear();
  for (auto set = first; set != end; ++set)
    destinations_.push_back(set->wanted.destination);
  search_.search(first->origin, destinations_, price_);
}

/// Adds the shortest path if it is not known.
void path_share::add_path(path_set& set, double shortest) {
  // No path costs less than the shortest, but a used one may be it: rounding aside they are equal.
  constexpr double rounding = 1e-14;
  if (std::ranges::any_of(
          set.paths, [&](const auto& path) { return cost_of(path) <= shortest * (1 + rounding); }))
    return;
  search_.path_to(set.wanted.destination, found_);
  set.paths.push_back({found_, set.paths.empty() ? set.wanted.demand : 0, 0});
}

std::vector<path_set>::iterator path_share::end_of_origin(std::vector<path_set>::iterator first) {
  return std::find_if(first, sets_.end(),
                      [origin = first->origin](const auto& set) { return set.origin != origin; });
}

void path_share::remember_flows() {
  for (auto& set : sets_)
    for (auto& path : set.paths)
      path.previous_flow = path.flow;
}

void path_share::shift_flows(std::span<const double> total_flows, int rounds) {
  price(total_flows);
  remember_flows();
  for (int round = 0; round < rounds; ++round)
    for (auto& set : sets_)
      if (set.paths.size() > 1)
        balance(set);
}

std::vector<double> path_share::own_flows() const {
  std::vector<double> flows(roads_.links());
  for (const auto& set : sets_)
    for (const auto& path : set.paths)
      for (const auto link : path.links)
        flows[link] += path.flow;
  return flows;
}

void path_share::price(std::span<const double> total_flows) {
  for (std::uint32_t link = 0; link < flow_.size(); ++link)
    if (flow_[link] != total_flows[link] || !is_priced_)
      set_flow(link, total_flows[link]);
  is_priced_ = true;
}

void path_share::set_flow(std::uint32_t link, double flow) {
  // Differences of flows may leave a hair less than nothing.
  flow_[link] = std::max(flow, 0.0);
  const auto now = costs_[link].price_at(flow_[link]);
  price_[link] = now.cost;
  derivative_[link] = now.derivative;
}

double path_share::cost_of(const path_set::path& path) const {
  double cost = 0;
  for (const auto link : path.links)
    cost += price_[link];
  return cost;
}

/// Moves flow from every other path to the cheapest.
void path_share::balance(path_set& set) {
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < set.paths.size(); ++i)
    if (const double cost = cost_of(set.paths[i]); cost < least) {
      least = cost;
      best = i;
    }
  std::swap(set.paths[0], set.paths[best]);
  auto& cheapest = set.paths.front();
  for (std::size_t i = 1; i < set.paths.size(); ++i) {
    auto& path = set.paths[i];
    if (path.flow > 0)
      shift(path, cheapest, cost_of(path) - cost_of(cheapest));
  }
  // One without flow now and before is forgotten; one that has just lost it may get it back.
  std::erase_if(set.paths,
                [](const auto& path) { return path.flow == 0 && path.previous_flow == 0; });
  if (set.paths.empty())
    set.paths.push_back(std::move(cheapest));
}

/// Newton's step towards equal costs: only links that one of both paths has change.
void path_share::shift(path_set::path& from, path_set::path& to, double gain) {
  if (gain <= 0)
    return;
  mark_ += 2;
  for (const auto link : to.links)
    marked_[link] = mark_;
  double slope = 0;
  for (const auto link : from.links) {
    if (marked_[link] == mark_)
      marked_[link] = mark_ + 1; // common to both
    else
      slope += derivative_[link];
  }
  for (const auto link : to.links)
    if (marked_[link] == mark_)
      slope += derivative_[link];
  const double moved = slope * from.flow > gain ? gain / slope : from.flow;
  from.flow = moved == from.flow ? 0 : from.flow - moved;
  to.flow += moved;
  for (const auto link : from.links)
    if (marked_[link] != mark_ + 1)
      set_flow(link, flow_[link] - moved);
  for (const auto link : to.links)
    if (marked_[link] == mark_)
      set_flow(link, flow_[link] + moved);
}

} // namespace traffic_assignment
