// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/network.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace traffic_assignment {

inline constexpr std::uint32_t no_link = std::numeric_limits<std::uint32_t>::max();

/// The shortest paths from an origin to the nodes that are no further than its destinations.
struct path_tree {
  std::vector<std::uint32_t> nodes;      ///< without the origin; each behind the one before it
  std::vector<std::uint32_t> arrived_by; ///< the link by which the path to nodes[i] arrives

  template <class Archive>
  void serialize(Archive& archive) {
    archive(nodes, arrived_by);
  }
};

/// Shortest paths from one origin to its destinations. Costs change little from one search to the
/// next, so a search begins with the tree that the last one found: prices it, then follows all
/// short cuts (Bellman and Ford's label correcting, in the order of the old tree). Where little has
/// changed that takes the time of reading the links once. The first search is Dijkstra's. No search
/// goes beyond the furthest destination. For one thread; the network must outlive it.
class tree_search {
public:
  explicit tree_search(const network& roads);

  /// `costs` by link, >= 0. Short cuts that gain no more than `slack` are passed by. `tree` is that
  /// of an earlier search from this origin at any costs, or empty; it becomes that of this one. No
  /// path passes through a node below the first through node.
  void search(std::uint32_t origin, std::span<const trip> destinations,
              std::span<const double> costs, double slack, path_tree& tree);

  /// From the origin of the last search to one of its destinations; infinite without a path.
  [[nodiscard]] double distance(std::uint32_t destination) const {
    return records_[destination].distance;
  }

  /// The links from the origin of the last search to one of its destinations, the last one first.
  void path_to(std::uint32_t destination, std::vector<std::uint32_t>& links) const;

private:
  void forget_last();
  void begin(std::uint32_t origin, std::span<const trip> destinations);
  void run_dijkstra(std::span<const trip> destinations, std::span<const double> costs);
  void price(std::span<const double> costs, const path_tree& tree);
  void correct(std::span<const trip> destinations, std::span<const double> costs, double slack);
  void keep(std::span<const trip> destinations, path_tree& tree);
  [[nodiscard]] double furthest(std::span<const trip> destinations) const;
  void reach(std::uint32_t node, std::uint32_t link, double distance);

  enum class state : std::uint32_t { seen, open, written };

  /// What is known of a node, beside each other in memory.
  struct node_record {
    double distance = 0;
    std::uint32_t arrived_by = no_link;
    state now = state::seen; ///< open: links from here are still to be looked at
  };

  const network& roads_;
  std::uint32_t origin_ = 0;
  std::vector<node_record> records_;
  std::vector<std::uint32_t> nodes_; ///< all that have been reached, without the origin
  std::vector<std::uint32_t> chain_;
  std::vector<std::uint32_t> wanted_;                  ///< zones where paths may end this time
  std::vector<std::pair<double, std::uint32_t>> heap_; ///< the nearest node first
};

} // namespace traffic_assignment
