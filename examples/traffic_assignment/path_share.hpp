#pragma once

#include "examples/traffic_assignment/origin_paths.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace traffic_assignment {

/// The origins that one solver owns: their trips spread over paths, moved towards the shortest ones
/// by gradient projection (Jayakrishnan, Tsai, Prashker, Rajadhyaksha 1994, "A faster path-based
/// algorithm for traffic assignment"), trip after trip with the costs brought up to date
/// (Gauss-Seidel). Other solvers' flows are taken to stay as they are meanwhile; the plan's line
/// search makes up for it. For one thread; the network and the demand must outlive it.
class path_share {
public:
  path_share(const network& roads, const cost_factors& factors, const demand_table& demand,
             std::span<const std::uint32_t> origins);

  /// Puts all trips on paths, each on the shortest while the costs rise with those before it and
  /// with as many of each of the `solvers`. Once, before all else.
  void load(std::size_t solvers);

  /// Keeps only the part `step` (0 to 1) of the last improvement: flow = old + step * (new - old).
  void accept(double step);

  /// Adds the shortest paths at these total flows. Returns what all trips would cost on them.
  double add_shortest_paths(std::span<const double> total_flows);

  /// The same origin after origin, with the flow shifted and the costs brought up to date in
  /// between, which takes fewer rounds. Returns the excess of what the trips paid over their
  /// shortest paths, each origin's at the costs that it met: an estimate.
  double search_and_shift(std::span<const double> total_flows);

  /// Shifts flow between the paths that there are, once over all trips. Starts from the total flows
  /// of all solvers, of which this one's own are a part.
  void shift_flows(std::span<const double> total_flows);

  /// The flow by link of this solver's own trips, summed anew from the paths.
  [[nodiscard]] std::vector<double> own_flows() const;

private:
  const network& roads_;
  workbench bench_;
  std::vector<origin_paths> origins_;
};

} // namespace traffic_assignment
