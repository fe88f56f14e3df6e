// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/history/step_metrics.hpp"

#include <algorithm>
#include <numeric>

namespace lockstep {

std::string to_string(step_kind kind) {
  switch (kind) {
  case step_kind::broadcast:
    return "broadcast";
  case step_kind::scatter:
    return "scatter";
  case step_kind::map:
    return "map";
  case step_kind::reduce:
    break;
  }
  return "reduce";
}

spread spread_of(const std::vector<double>& solver_seconds) {
  spread found;
  if (solver_seconds.empty())
    return found;
  const auto count = static_cast<double>(solver_seconds.size());
  const auto sum = std::accumulate(solver_seconds.begin(), solver_seconds.end(), 0.0);
  found.slowest = *std::ranges::max_element(solver_seconds);
  found.mean = sum / count;
  found.imbalance = found.mean > 0 ? found.slowest / found.mean : 1.0;
  found.barrier_wait = found.slowest - found.mean;
  return found;
}

double transfer_of(const step_metrics& step) {
  const double slowest = spread_of(step.solver_seconds).slowest;
  return std::max(0.0, step.seconds - slowest - step.reduce_seconds);
}

} // namespace lockstep
