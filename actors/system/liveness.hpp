// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"

#include <caf/actor_system.hpp>

#include <chrono>

namespace lockstep {

/// Whether an actor answers a small question within the limit, an error counting as an answer too.
/// Blocks the caller, who must be no actor. What a service's watchdog is fed with: both actors are
/// on CAF's network thread, so a hung one is noticed whichever of its duties it hangs in.
bool answers(caf::actor_system& system, const controller_actor& who,
             std::chrono::milliseconds limit);
bool answers(caf::actor_system& system, const node_actor& who, std::chrono::milliseconds limit);

} // namespace lockstep
