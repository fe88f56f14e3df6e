// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/plan/plan_channel.hpp"
#include "actors/plan/plan_start.hpp"

namespace lockstep {

/// Runs a plan on the calling thread, to its end, on the model that the catalogue of this process
/// finds. Throws nothing: how the plan ended is the answer, also where its model is refused.
plan_ended run_plan(const plan_start& start, plan_channel& channel);

} // namespace lockstep
