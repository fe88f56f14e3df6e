// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/network.hpp"
#include "examples/traffic_assignment/network/priced_links.hpp"
#include "examples/traffic_assignment/network/tree_search.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace traffic_assignment {

/// A path that is used, in its origin's list of links.
struct used_path {
  std::uint32_t first_link = 0; ///< the one that arrives at the destination
  std::uint32_t links = 0;
  double flow = 0;
  double previous_flow = 0; ///< before the last improvement, for a step that is shortened

  template <class Archive>
  void serialize(Archive& archive) {
    archive(first_link, links, flow, previous_flow);
  }
};

/// How the trips of one origin are spread over paths: all that goes along when the origin moves to
/// another solver.
struct origin_state {
  std::uint32_t origin = 0;
  path_tree tree;                        ///< of the last search; empty before the first
  std::vector<std::uint32_t> first_path; ///< by trip, and the end; empty before the first search
  std::vector<used_path> paths;
  std::vector<std::uint32_t> links; ///< of all paths

  template <class Archive>
  void serialize(Archive& archive) {
    archive(origin, tree, first_path, paths, links);
  }
};

/// What the origins of a solver use in turn.
struct workbench {
  priced_links links;
  tree_search search;
  double slack = 0;                   ///< short cuts that gain no more are passed by
  std::vector<used_path> paths{};     ///< memory that is kept
  std::vector<std::uint32_t> found{}; ///< likewise, the links of a path
};

/// The trips of one origin, moved towards the shortest paths by gradient projection on paths
/// (Jayakrishnan, Tsai, Prashker, Rajadhyaksha 1994, "A faster path-based algorithm for traffic
/// assignment"), two paths at a time, and with work on trips only that are worth it (Xie, Nie, Liu
/// 2018, "A greedy path-based algorithm for traffic assignment").
class origin_paths {
public:
  /// `trips` outlive this; there is at least one.
  origin_paths(origin_state state, std::span<const trip> trips);

  /// Puts all trips on their shortest paths at the costs of now, and their flow on the links.
  void load(workbench& bench);

  struct cost_sums {
    double shortest = 0; ///< of all trips on their shortest paths
    double excess = 0;   ///< what they pay above that
  };
  /// Finds the shortest paths at the costs of now, adds those that are not known yet, forgets paths
  /// without flow, and remembers the flows as `remember` does.
  cost_sums search(workbench& bench);

  /// Shifts flow between the paths that there are, trip after trip. Passes by trips that had less
  /// than `worth` to gain at their last turn. Answers what the others could gain: excess * flow.
  double shift(workbench& bench, double worth);

  /// Trips with a choice of paths.
  [[nodiscard]] std::size_t choices() const { return choices_.size(); }

  /// What a round costs, in no unit: nodes that a search visits and links of paths that are priced
  /// take about as long as each other.
  [[nodiscard]] double work() const;

  /// Makes the flows of now those that `accept` starts from: of trips with a choice of paths, since
  /// no others change.
  void remember();
  /// flow = previous + step * (flow - previous)
  void accept(double step);

  void add_flows(std::span<double> flows) const;

  [[nodiscard]] const origin_state& state() const { return state_; }

private:
  struct choice {
    std::uint32_t trip = 0;
    double gain = 0; ///< at the last turn
  };

  void add_path(workbench& bench, std::vector<used_path>& paths, const trip& wanted, double flow);
  [[nodiscard]] double cost_of(const used_path& path, const priced_links& links) const;
  [[nodiscard]] std::uint32_t cheapest(std::uint32_t trip, const priced_links& links) const;
  double shift_two(used_path& one, used_path& other, workbench& bench);
  void compact(workbench& bench);
  [[nodiscard]] std::size_t path_links() const;

  origin_state state_;
  std::span<const trip> trips_;
  std::vector<choice> choices_;
};

} // namespace traffic_assignment
