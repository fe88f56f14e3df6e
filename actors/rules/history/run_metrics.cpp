// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/history/run_metrics.hpp"

#include <algorithm>

namespace lockstep {

void add_step(run_metrics& to, const step_metrics& step) {
  // One node may combine while a solver of another still computes; the parts are those of the step.
  const auto spread = spread_of(step.solver_seconds);
  const double computing = std::min(spread.mean, step.seconds);
  const double waiting = std::min(spread.barrier_wait, step.seconds - computing);
  const double combining = std::min(step.reduce_seconds, step.seconds - computing - waiting);
  to.compute += computing;
  to.barrier_wait += waiting;
  to.reduce += combining;
  to.transfer += step.seconds - computing - waiting - combining;
}

void add_between(run_metrics& to, double seconds, double in_plan, double combining) {
  // Two threads look at the clock, one a moment after the other.
  in_plan = std::clamp(in_plan, 0.0, seconds);
  combining = std::clamp(combining, 0.0, seconds - in_plan);
  to.plan += in_plan;
  to.reduce += combining;
  to.transfer += seconds - in_plan - combining;
}

} // namespace lockstep
