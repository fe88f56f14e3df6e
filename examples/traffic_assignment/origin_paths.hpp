#pragma once

#include "examples/traffic_assignment/network.hpp"
#include "examples/traffic_assignment/priced_links.hpp"
#include "examples/traffic_assignment/tree_search.hpp"

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

/// How the trips of one origin are spread over paths: all that goes along when it moves to another
/// solver.
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

/// What a solver needs for any of its origins, one at a time.
struct workbench {
  priced_links links;
  tree_search search;
  /// How much a solver thinks flows to change when it shifts a unit: more than that unit when other
  /// solvers are likely to shift theirs alike at the same time.
  double echo = 1;
  std::vector<used_path> paths;
  std::vector<std::uint32_t> path_links;
};

/// One origin's trips.
class origin_paths {
public:
  origin_paths(origin_state state, std::span<const trip> trips);

  /// All trips on their shortest paths at the costs of now, which their flow then raises.
  void load(const network& roads, workbench& bench);

  /// Finds shortest paths and adds those that are not known yet; forgets paths without flow.
  /// Answers the cost of all trips on their shortest paths, and what they pay above that.
  struct costs {
    double shortest = 0;
    double excess = 0;
  };
  costs search(const network& roads, workbench& bench);

  /// Shifts flow towards equal costs, trip by trip.
  void shift(workbench& bench);

  void remember();
  void accept(double step);
  void add_flows(std::span<double> flows) const;

  [[nodiscard]] const origin_state& state() const { return state_; }

private:
  double cost_of(const used_path& path, const priced_links& links) const;
  void trace(const network& roads, std::uint32_t destination, workbench& bench) const;
  void shift_two(used_path& one, used_path& other, workbench& bench);
  void compact(workbench& bench);

  origin_state state_;
  std::span<const trip> trips_;
  std::vector<std::uint32_t> split_; ///< trips with more than one path
};

} // namespace traffic_assignment
