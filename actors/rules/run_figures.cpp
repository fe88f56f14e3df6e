#include "actors/rules/run_figures.hpp"

#include <algorithm>

namespace lockstep {

void run_figures::add(const step_figures& step) {
  const auto spread = spread_of(step.solver_seconds);
  compute += spread.mean;
  barrier_wait += spread.barrier_wait;
  reduce += step.reduce_seconds;
  transfer += transfer_of(step);
}

void run_figures::add_between(double seconds, double in_plan, double combining) {
  // Two threads look at the clock, one a moment after the other.
  in_plan = std::clamp(in_plan, 0.0, seconds);
  combining = std::clamp(combining, 0.0, seconds - in_plan);
  plan += in_plan;
  reduce += combining;
  transfer += seconds - in_plan - combining;
}

} // namespace lockstep
