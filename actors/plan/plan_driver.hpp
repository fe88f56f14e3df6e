#pragma once

#include "actors/plan/plan_start.hpp"

#include <caf/actor_system.hpp>

namespace lockstep {

/// A launcher that runs each plan on a thread of its own in this process, on models from the
/// catalogue. `system` must outlive every plan.
plan_launcher plans_on_threads(caf::actor_system& system);

} // namespace lockstep
