#include "examples/traffic_assignment/tree_search.hpp"

#include <algorithm>
#include <functional>

namespace traffic_assignment {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

} // namespace

tree_search::tree_search(const network& roads) : roads_(roads), distance_(roads.nodes) {}

void tree_search::search(std::uint32_t origin, std::span<const double> costs, path_tree& tree) {
  open_.clear();
  if (tree.empty()) {
    tree.assign(roads_.nodes, no_link);
    std::ranges::fill(distance_, infinite);
    distance_[origin] = 0;
    // The origin leads on even where others of its kind do not.
    for (auto link = roads_.first_link[origin]; link < roads_.first_link[origin + 1]; ++link)
      if (const auto next = roads_.head[link]; costs[link] < distance_[next]) {
        tree[next] = link;
        reach(next, costs[link]);
      }
  } else {
    price(origin, costs, tree);
    cut_short(origin, costs, tree);
  }
  repair(costs, tree);
}

/// The tree's paths at the new costs. From each node up to one that is known, and back down.
void tree_search::price(std::uint32_t origin, std::span<const double> costs,
                        const path_tree& tree) {
  constexpr double unknown = -1;
  std::ranges::fill(distance_, unknown);
  distance_[origin] = 0;
  for (std::uint32_t start = 0; start < roads_.nodes; ++start) {
    auto node = start;
    while (distance_[node] < 0) {
      if (tree[node] == no_link) {
        distance_[node] = infinite;
        break;
      }
      chain_.push_back(node);
      node = roads_.tail[tree[node]];
    }
    double reached = distance_[node];
    for (; !chain_.empty(); chain_.pop_back()) {
      node = chain_.back();
      reached += costs[tree[node]];
      distance_[node] = reached;
    }
  }
}

/// Links by which a node is nearer than by the tree.
void tree_search::cut_short(std::uint32_t origin, std::span<const double> costs, path_tree& tree) {
  const auto look = [&](std::uint32_t node) {
    const double reached = distance_[node];
    for (auto link = roads_.first_link[node]; link < roads_.first_link[node + 1]; ++link)
      if (const auto next = roads_.head[link]; reached + costs[link] < distance_[next]) {
        tree[next] = link;
        reach(next, reached + costs[link]);
      }
  };
  if (origin < roads_.first_through_node)
    look(origin);
  for (auto node = static_cast<std::uint32_t>(roads_.first_through_node); node < roads_.nodes;
       ++node)
    look(node);
}

void tree_search::reach(std::uint32_t node, double distance) {
  distance_[node] = distance;
  if (node < roads_.first_through_node)
    return; // a path may only end there
  open_.emplace_back(distance, node);
  std::ranges::push_heap(open_, std::greater{});
}

void tree_search::repair(std::span<const double> costs, path_tree& tree) {
  while (!open_.empty()) {
    std::ranges::pop_heap(open_, std::greater{});
    const auto [reached, node] = open_.back();
    open_.pop_back();
    if (reached > distance_[node])
      continue;
    for (auto link = roads_.first_link[node]; link < roads_.first_link[node + 1]; ++link)
      if (const auto next = roads_.head[link]; reached + costs[link] < distance_[next]) {
        tree[next] = link;
        reach(next, reached + costs[link]);
      }
  }
}

} // namespace traffic_assignment
