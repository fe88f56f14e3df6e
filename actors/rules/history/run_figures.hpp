#pragma once

#include "actors/rules/history/step_figures.hpp"
#include "actors/wire/control/figures.hpp"

namespace lockstep {

/// Adds what a step cost.
void add_step(run_figures& to, const step_figures& step);

/// Adds so many seconds between two steps, of which the plan's thread says that it spent some in
/// the plan's own code and some combining what the nodes had combined. The rest is transfer.
void add_between(run_figures& to, double seconds, double in_plan, double combining);

} // namespace lockstep
