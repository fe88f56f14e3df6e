// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/assignment/dealing.hpp"
#include "examples/traffic_assignment/assignment/echo_estimate.hpp"
#include "examples/traffic_assignment/assignment/origin_paths.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace traffic_assignment {

/// What a step of a solver comes to.
struct share_answer {
  std::vector<double> flows; ///< by link: the change of its own trips' flow, or all of that flow
  double shortest = 0;       ///< what its trips would cost on their shortest paths
  double excess = 0;         ///< what they paid above that

  template <class Archive>
  void serialize(Archive& archive) {
    archive(flows, shortest, excess);
  }
};

/// The origins that one solver owns. It improves the flow of their trips origin after origin, with
/// costs brought up to date in between (Gauss-Seidel), and takes the flow of other solvers to
/// follow its own in part: see `echo_estimate`. All flows passed in are totals of all solvers.
/// After a step the plan takes x = x + step * (sum of changes), and `accept(step)` has to come
/// before the next one unless the step was 1. For one thread; network and demand must outlive it.
///
///     load, then rounds of: improve, shift, shift, …; measure when the excess is small enough
class origin_share {
public:
  /// `solvers` is how many there are in all.
  origin_share(const network& roads, const cost_factors& factors, const demand_table& demand,
               std::span<const std::uint32_t> origins, std::size_t solvers);

  /// All trips on shortest paths, at costs that rise as they are loaded. Answers their flow.
  share_answer load();

  /// Searches for shortest paths, then shifts flow, origin after origin. Answers the change; the
  /// cost sums are those that each origin met, so together they are an estimate.
  share_answer improve(std::span<const double> totals);

  /// Shifts flow between the paths that there are, so many times over. Answers the change.
  share_answer shift(std::span<const double> totals, int times);

  /// Searches for shortest paths at these flows. Answers exact sums, and all of the own flow summed
  /// anew from the paths, so that rounding does not add up.
  share_answer measure(std::span<const double> totals);

  /// Keeps only the part `step` (0 to 1) of the last improve or shift.
  void accept(double step);

  /// What each of the share's origins costs in a round.
  [[nodiscard]] std::vector<origin_work> works() const;

  /// For dealing anew: an origin leaves with all that is known of it, or arrives. After `accept`.
  /// Throws std::invalid_argument for an origin that is not of this share.
  [[nodiscard]] origin_state give(std::uint32_t origin);
  void take(origin_state state);

private:
  void begin(std::span<const double> totals);
  share_answer changes(std::span<const double> totals);
  void shift_round();

  const demand_table& demand_;
  workbench bench_;
  echo_estimate echo_;
  std::vector<origin_paths> origins_;
  double demand_sum_ = 0;
  double worth_ = 0; ///< what a trip must have to gain for its paths to be looked at
};

} // namespace traffic_assignment
