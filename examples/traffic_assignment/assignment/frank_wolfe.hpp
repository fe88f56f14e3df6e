// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/assignment/line_search.hpp"
#include "examples/traffic_assignment/network/link_cost.hpp"
#include "examples/traffic_assignment/network/priced_links.hpp"
#include "examples/traffic_assignment/network/tree_search.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace traffic_assignment {

/// One solver's part of the Frank-Wolfe method: all trips of its origins on their shortest paths.
/// For one thread; network and demand must outlive it.
class all_or_nothing {
public:
  all_or_nothing(const network& roads, const cost_factors& factors, const demand_table& demand,
                 std::span<const std::uint32_t> origins);

  struct answer {
    std::vector<double> flows; ///< by link
    double shortest = 0;       ///< what the trips cost on their shortest paths

    template <class Archive>
    void serialize(Archive& archive) {
      archive(flows, shortest);
    }
  };
  /// At the costs of these total flows.
  [[nodiscard]] answer assign(std::span<const double> totals);

private:
  const network& roads_;
  const demand_table& demand_;
  priced_links links_;
  tree_search search_;
  std::vector<std::uint32_t> origins_;
  std::vector<path_tree> trees_;
  std::vector<double> through_; ///< by node, what still has to come in from the origin
};

/// The bi-conjugate Frank-Wolfe method of Mitradjieva and Lindberg 2013, "The Stiff Is Moving:
/// Conjugate Direction Frank-Wolfe Methods with Applications to Traffic Assignment": aims not at
/// the all-or-nothing flows but at a mean of them and the last two targets, such that the direction
/// is conjugate to the last two with regard to the objective's second derivatives. Deterministic,
/// so the plan alone may keep it, or every solver one of its own.
class conjugate_directions {
public:
  explicit conjugate_directions(std::span<const link_cost> costs) : costs_(costs), search_(costs) {}

  /// Moves `flows` towards the equilibrium; returns the step, 0 to 1. `all_or_nothing` are the
  /// summed answers of all solvers at these flows.
  double move(std::vector<double>& flows, const std::vector<double>& all_or_nothing);

private:
  void aim(const std::vector<double>& flows, const std::vector<double>& all_or_nothing);
  bool aim_at_mean_of_three(const std::vector<double>& flows,
                            const std::vector<double>& all_or_nothing);
  bool aim_at_mean_of_two(const std::vector<double>& flows,
                          const std::vector<double>& all_or_nothing);

  std::span<const link_cost> costs_;
  line_search search_;
  std::vector<double> target_;       ///< of this move
  std::vector<double> last_;         ///< of the one before; empty where there is none to use
  std::vector<double> last_but_one_; ///< likewise
  double last_step_ = 0;
};

} // namespace traffic_assignment
