// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/metrics.hpp"

#include <lockstep/driver.hpp>

#include <string>
#include <vector>

namespace lockstep {

/// The word for people: "broadcast", …
std::string to_string(step_kind kind);

/// How long the solvers computed.
struct spread {
  double slowest = 0; ///< seconds
  double mean = 0;    ///< seconds
  /// slowest / mean: 1 is perfect, N is one solver computing alone; 1 where nobody computed
  double imbalance = 1;
  double barrier_wait = 0; ///< slowest - mean: what the mean solver waited for the slowest, seconds
};

spread spread_of(const std::vector<double>& solver_seconds);

/// What a step took beside computing, waiting for the slowest and combining: messages, copies,
/// wake-ups. In seconds.
double transfer_of(const step_metrics& step);

} // namespace lockstep
