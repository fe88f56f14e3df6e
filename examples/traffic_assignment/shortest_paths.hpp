#pragma once

#include "examples/traffic_assignment/network.hpp"

#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace traffic_assignment {

/// Shortest paths from one origin to all nodes, by Dijkstra's algorithm with a binary heap. Keeps
/// its memory from one search to the next. For one thread.
class shortest_paths {
public:
  static constexpr std::uint32_t no_link = std::numeric_limits<std::uint32_t>::max();

  explicit shortest_paths(const network& roads);

  /// `costs` by link, >= 0. No path passes through a node below the first through node. Ends once
  /// the destinations are reached: of other nodes it may know nothing, or longer paths.
  void search(std::uint32_t origin, std::span<const std::uint32_t> destinations,
              std::span<const double> costs);

  /// Infinite where there is no path.
  [[nodiscard]] double distance(std::uint32_t node) const { return distance_[node]; }

  /// The links from the origin to `node`, the last one first.
  void path_to(std::uint32_t node, std::vector<std::uint32_t>& links) const;

private:
  void look_around(std::uint32_t node, double reached, std::span<const double> costs);

  const network& roads_;
  std::uint32_t origin_ = 0;
  std::vector<double> distance_;
  std::vector<std::uint32_t> arrived_by_;
  std::vector<std::pair<double, std::uint32_t>> open_;
};

} // namespace traffic_assignment
