#pragma once

#include "examples/traffic_assignment/network.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace traffic_assignment {

/// By node, the link by which the shortest path from an origin arrives; `no_link` at the origin and
/// where there is no path.
using path_tree = std::vector<std::uint32_t>;
inline constexpr std::uint32_t no_link = std::numeric_limits<std::uint32_t>::max();

/// Shortest paths from one origin to all nodes. Costs change little from one search to the next, so
/// a search begins with the tree that the last one found: prices it, looks for links that are short
/// cuts, and only repairs what lies behind these, by Dijkstra's algorithm. That takes the time of
/// reading all links once where little has changed. For one thread; the network must outlive it.
class tree_search {
public:
  explicit tree_search(const network& roads);

  /// `costs` by link, >= 0. `tree` is that of an earlier search from this origin at any costs, or
  /// empty; it becomes that of this one. No path passes through a node below the first through
  /// node.
  void search(std::uint32_t origin, std::span<const double> costs, path_tree& tree);

  /// From the origin of the last search; infinite where there is no path.
  [[nodiscard]] double distance(std::uint32_t node) const { return distance_[node]; }

private:
  void price(std::uint32_t origin, std::span<const double> costs, const path_tree& tree);
  void cut_short(std::uint32_t origin, std::span<const double> costs, path_tree& tree);
  void repair(std::span<const double> costs, path_tree& tree);
  void reach(std::uint32_t node, double distance);

  const network& roads_;
  std::vector<double> distance_;
  std::vector<std::uint32_t> chain_;
  std::vector<std::pair<double, std::uint32_t>> open_; ///< a heap, the nearest node first
};

} // namespace traffic_assignment
