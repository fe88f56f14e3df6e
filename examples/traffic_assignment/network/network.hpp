// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace traffic_assignment {

/// A directed road network with travel demand. Nodes are numbered from 0 here and from 1 in files;
/// the first `zones` nodes are the zones. Immutable once built, so it may be read by any thread.
///
/// Links are sorted by tail node (forward star) and stored as parallel arrays of `links()` entries;
/// `file_order[i]` is the position that link i had in its file. Links may be parallel.
struct network {
  std::size_t zones = 0;
  std::size_t nodes = 0;
  /// Nodes below this one may begin or end a route but not be passed through. 0 lets all through.
  std::size_t first_through_node = 0;

  std::vector<std::uint32_t>
      first_link; ///< nodes + 1: links of node v are [first_link[v], first_link[v + 1])
  std::vector<std::uint32_t> tail;
  std::vector<std::uint32_t> head;
  std::vector<double> capacity;  ///< vehicles per unit of time, > 0
  std::vector<double> length;    ///< distance, >= 0
  std::vector<double> free_time; ///< time at no flow, >= 0
  std::vector<double> b;         ///< of the BPR formula, >= 0
  std::vector<double> power;     ///< of the BPR formula, >= 0; need not be whole
  std::vector<double> toll;      ///< >= 0
  std::vector<std::uint32_t> file_order;

  [[nodiscard]] std::size_t links() const { return head.size(); }
};

/// What travels from one origin to one destination.
struct trip {
  std::uint32_t destination = 0; ///< zone
  double demand = 0;             ///< vehicles per unit of time, > 0
};

/// Travel demand by origin; trips within a zone have been left out. `trips[o]` is sorted by
/// destination, one entry each.
struct demand_table {
  std::vector<std::vector<trip>> trips; ///< `zones` entries
  double total = 0;                     ///< of all trips, without intrazonal ones
  double intrazonal = 0;                ///< what was left out
  std::vector<std::string> warnings;    ///< what is odd about the source, one sentence each
};

} // namespace traffic_assignment
