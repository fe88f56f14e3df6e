// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/priced_links.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace traffic_assignment {

/// By how much the flow of all solvers changes on a link where one solver changes its own by one.
/// Solvers that shift at the same time do not see each other. On a road that has become too dear
/// for the trips of all, each would shift as much as is right for all together; if each held back
/// everywhere, nothing would move where only one of them has anything to shift. Which of both it is
/// shows in what came out of the steps before: by least squares, total = factor * own change over
/// the last steps, drawn to a guess where the solver has changed little (but for the first step,
/// which counts as it is); with fewer than four solvers only a part of what the others add counts.
/// All follows from sums at barriers, so it is the same in every run. For one thread.
class echo_estimate {
public:
  /// `solvers` is how many there are in all, at least 1.
  echo_estimate(std::size_t links, std::size_t solvers);

  /// Before the first step, when nothing is known: half of the others are taken to do the same.
  void expect_half(priced_links& links) const;

  /// At the beginning of a step at these totals: takes in what the last one came to, if it proposed
  /// anything, and sets the echo of every link.
  void learn(std::span<const double> totals, priced_links& links);

  /// At the end of a step: by link, what this solver would change.
  void propose(std::span<const double> totals, std::span<const double> change);

  /// Of the last proposal only the part `step` (0 to 1) is taken.
  void accept(double step) { taken_ *= step; }

private:
  struct record {
    double total = 0;    ///< before the last step
    double proposed = 0; ///< in the last step
    double both = 0;     ///< faded sum of total * own change
    double own = 0;      ///< likewise of own change squared
  };

  double solvers_;
  std::vector<record> records_; ///< by link
  double mean_own_ = 0;         ///< of the records, before the last step
  double taken_ = 0; ///< the part of the last proposal; 0 where there is none to learn of
};

} // namespace traffic_assignment
