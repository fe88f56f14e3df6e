#pragma once

#include "examples/traffic_assignment/link_cost.hpp"
#include "examples/traffic_assignment/network.hpp"
#include "examples/traffic_assignment/shortest_paths.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace traffic_assignment {

/// The paths that are used between one origin and one destination, and their flows.
struct path_set {
  std::uint32_t origin = 0;
  trip wanted;
  struct path {
    std::vector<std::uint32_t> links;
    double flow = 0;
    double previous_flow = 0; ///< before the last improvement, for a step that is shortened
  };
  std::vector<path> paths;
};

/// The origins that one solver owns: their trips spread over paths, moved towards the shortest ones
/// by gradient projection (Jayakrishnan, Tsai, Prashker, Rajadhyaksha 1994, "A faster path-based
/// algorithm for traffic assignment"), path set after path set with the costs brought up to date
/// (Gauss-Seidel). Other solvers' flows are taken to stay as they are meanwhile; the plan's line
/// search makes up for it. For one thread; the network must outlive it.
class path_share {
public:
  path_share(const network& roads, std::vector<link_cost> costs, const demand_table& demand,
             std::span<const std::uint32_t> origins);

  /// Keeps only the part `step` (0 to 1) of the last improvement: flow = old + step * (new - old).
  void accept(double step);

  /// Puts every trip on its shortest path at these total flows where it has none yet, and adds the
  /// shortest paths that are not among those used. Returns what all trips would cost on them.
  double add_shortest_paths(std::span<const double> total_flows);

  /// As add_shortest_paths, but origin after origin with the flow shifted and the costs brought up
  /// to date in between, which takes fewer rounds. Returns the excess of what the trips paid over
  /// their shortest paths, each origin's at the costs that it met: an estimate.
  double search_and_shift(std::span<const double> total_flows);

  /// Shifts flow between the paths that there are, `rounds` times over all path sets. Starts from
  /// the total flows of all solvers, of which this one's own are a part.
  void shift_flows(std::span<const double> total_flows, int rounds);

  /// The flow by link of this solver's own trips, summed anew from the paths.
  [[nodiscard]] std::vector<double> own_flows() const;

private:
  void price(std::span<const double> total_flows);
  void set_flow(std::uint32_t link, double flow);
  double cost_of(const path_set::path& path) const;
  std::vector<path_set>::iterator end_of_origin(std::vector<path_set>::iterator first);
  void search_from(std::vector<path_set>::iterator first, std::vector<path_set>::iterator end);
  void remember_flows();
  void add_path(path_set& set, double shortest);
  void balance(path_set& set);
  void shift(path_set::path& from, path_set::path& to, double gain);

  const network& roads_;
  std::vector<link_cost> costs_;
  std::vector<path_set> sets_; ///< by origin
  shortest_paths search_;
  bool is_priced_ = false;
  std::vector<double> flow_;                ///< total, as this solver sees it
  std::vector<double> price_;               ///< cost of each link at that flow
  std::vector<double> derivative_;          ///< likewise
  std::vector<std::uint32_t> destinations_; ///< of one origin
  std::vector<std::uint32_t> found_;        ///< a path
  std::vector<std::uint64_t> marked_;
  std::uint64_t mark_ = 0;
};

} // namespace traffic_assignment
