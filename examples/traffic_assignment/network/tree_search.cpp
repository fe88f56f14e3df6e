// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/network/tree_search.hpp"

#include <algorithm>
#include <functional>

namespace traffic_assignment {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double closed = -1; ///< the distance of zones where no path may end: no link leads there

} // namespace

tree_search::tree_search(const network& roads)
    : roads_(roads), records_(roads.nodes, {infinite, no_link, state::seen}) {
  for (std::size_t zone = 0; zone < roads.first_through_node; ++zone)
    records_[zone].distance = closed;
}

void tree_search::search(std::uint32_t origin, std::span<const trip> destinations,
                         std::span<const double> costs, double slack, path_tree& tree) {
  forget_last();
  begin(origin, destinations);
  if (tree.nodes.empty()) {
    run_dijkstra(destinations, costs);
  } else {
    price(costs, tree);
    correct(destinations, costs, slack);
  }
  keep(destinations, tree);
}

void tree_search::path_to(std::uint32_t destination, std::vector<std::uint32_t>& links) const {
  links.clear();
  for (auto node = destination; node != origin_; node = roads_.tail[links.back()])
    links.push_back(records_[node].arrived_by);
}

void tree_search::forget_last() {
  for (const auto node : nodes_)
    records_[node] = {infinite, no_link, state::seen};
  nodes_.clear();
  records_[origin_] = {infinite, no_link, state::seen};
  if (origin_ < roads_.first_through_node)
    records_[origin_].distance = closed;
  for (const auto node : wanted_)
    records_[node].distance = closed;
  wanted_.clear();
}

void tree_search::begin(std::uint32_t origin, std::span<const trip> destinations) {
  origin_ = origin;
  records_[origin].distance = 0;
  for (const auto& [destination, demand] : destinations)
    if (destination < roads_.first_through_node) {
      records_[destination].distance = infinite;
      wanted_.push_back(destination);
    }
}

double tree_search::furthest(std::span<const trip> destinations) const {
  double distance = 0;
  for (const auto& each : destinations)
    distance = std::max(distance, records_[each.destination].distance);
  return distance;
}

/// Ends once all destinations are reached.
void tree_search::run_dijkstra(std::span<const trip> destinations, std::span<const double> costs) {
  for (const auto& each : destinations)
    records_[each.destination].now = state::open;
  auto left = destinations.size();
  heap_.assign(1, {0, origin_});
  while (!heap_.empty() && left > 0) {
    std::ranges::pop_heap(heap_, std::greater{});
    const auto [reached, node] = heap_.back();
    heap_.pop_back();
    if (reached > records_[node].distance)
      continue;
    if (records_[node].now == state::open) {
      records_[node].now = state::seen;
      --left;
    }
    if (node < roads_.first_through_node && node != origin_)
      continue; // a path may only end there
    for (auto link = roads_.first_link[node]; link < roads_.first_link[node + 1]; ++link) {
      auto& next = records_[roads_.head[link]];
      if (reached + costs[link] >= next.distance)
        continue;
      if (next.arrived_by == no_link)
        nodes_.push_back(roads_.head[link]);
      next.distance = reached + costs[link];
      next.arrived_by = link;
      heap_.emplace_back(next.distance, roads_.head[link]);
      std::ranges::push_heap(heap_, std::greater{});
    }
  }
  for (const auto& each : destinations)
    records_[each.destination].now = state::seen;
}

/// The paths of a tree at other costs.
void tree_search::price(std::span<const double> costs, const path_tree& tree) {
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const auto link = tree.arrived_by[i];
    records_[tree.nodes[i]] = {records_[roads_.tail[link]].distance + costs[link], link,
                               state::open};
  }
  nodes_.assign(tree.nodes.begin(), tree.nodes.end());
}

/// Follows links by which a node is nearer than known, until there are none.
void tree_search::correct(std::span<const trip> destinations, std::span<const double> costs,
                          double slack) {
  const auto look = [&](std::uint32_t node) {
    const double reached = records_[node].distance;
    const auto end = roads_.first_link[node + 1];
    for (auto link = roads_.first_link[node]; link < end; ++link) {
      auto& next = records_[roads_.head[link]];
      if (reached + costs[link] + slack >= next.distance)
        continue;
      if (next.arrived_by == no_link)
        nodes_.push_back(roads_.head[link]);
      next = {reached + costs[link], link, state::open};
    }
  };
  look(origin_);
  for (bool is_done = false; !is_done;) {
    is_done = true;
    const double bound = furthest(destinations);
    // More nodes may come while this goes on.
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      auto& record = records_[nodes_[i]];
      if (record.now != state::open || record.distance >= bound)
        continue;
      record.now = state::seen;
      if (nodes_[i] < roads_.first_through_node)
        continue; // a path may only end there
      look(nodes_[i]);
      is_done = false;
    }
  }
}

/// Writes the tree up to the furthest destination, each node behind the one before it.
void tree_search::keep(std::span<const trip> destinations, path_tree& tree) {
  const double bound = furthest(destinations);
  tree.nodes.clear();
  tree.arrived_by.clear();
  const auto write = [&](std::uint32_t node) {
    auto& record = records_[node];
    record.now = state::written;
    tree.nodes.push_back(node);
    tree.arrived_by.push_back(record.arrived_by);
  };
  records_[origin_].now = state::written;
  for (auto node : nodes_) {
    if (records_[node].distance > bound)
      continue;
    for (; records_[node].now != state::written; node = roads_.tail[records_[node].arrived_by])
      chain_.push_back(node);
    for (; !chain_.empty(); chain_.pop_back())
      write(chain_.back());
  }
}

} // namespace traffic_assignment
