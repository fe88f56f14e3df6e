// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/assignment/frank_wolfe.hpp"
#include "examples/traffic_assignment/assignment/origin_share.hpp"
#include "examples/traffic_assignment/problem/problem.hpp"

#include <lockstep/seat.hpp>

#include <variant>
#include <vector>

namespace traffic_assignment {

/// One solver: some origins. The flows that a step is given are those of all solvers, by link; what
/// it answers is summed over all solvers. `search` and `assign` answer as last elements the seconds
/// that each solver took: its own, and 0 for the others.
class assigner {
public:
  explicit assigner(const lockstep::seat& seat);

  /// Gradient projection: puts all trips on paths. Answers their flows.
  std::vector<double> load();

  /// Gradient projection: finds the shortest paths at these flows. Answers all flows of this
  /// solver's trips and, as a last element, what they would cost on their shortest paths.
  /// `accepted` is the part of the last answer that the flows hold; so below.
  std::vector<double> measure(const std::vector<double>& flows, double accepted);

  /// Gradient projection: adds the shortest paths origin after origin, and shifts flow onto them.
  /// Answers the change of flows, an estimate of what its trips paid above the shortest, seconds.
  std::vector<double> search(const std::vector<double>& flows, double accepted);

  /// Gradient projection: shifts flow between the paths that there are, so many times over.
  /// Answers the change of flows.
  std::vector<double> shift(const std::vector<double>& flows, double accepted, int times);

  /// Gradient projection: what each of this solver's origins costs in a round.
  std::vector<origin_work> works();
  /// Gradient projection: lets origins go to other solvers.
  std::vector<origin_state> give(const std::vector<std::uint32_t>& origins, double accepted);
  /// Gradient projection: takes origins over.
  void take(const std::vector<origin_state>& origins);

  /// Frank-Wolfe: all trips on the shortest paths at these flows. Answers their flows,
  /// what they cost there, seconds.
  std::vector<double> assign(const std::vector<double>& flows);

private:
  [[nodiscard]] origin_share& paths() { return std::get<origin_share>(share_); }

  template <class Function>
  [[nodiscard]] std::vector<double> with_seconds(const Function& answer_of) const;

  lockstep::seat seat_;
  problem all_;
  std::variant<origin_share, all_or_nothing> share_;
};

} // namespace traffic_assignment
