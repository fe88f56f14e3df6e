// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/history/step_metrics.hpp"
#include "actors/wire/control/metrics.hpp"

namespace lockstep {

/// Adds what a step cost.
void add_step(run_metrics& to, const step_metrics& step);

/// Adds so many seconds between two steps, of which the plan's thread says that it spent some in
/// the plan's own code and some combining what the nodes had combined. The rest is transfer.
void add_between(run_metrics& to, double seconds, double in_plan, double combining);

} // namespace lockstep
