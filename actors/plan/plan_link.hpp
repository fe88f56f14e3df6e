// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/plan/plan_start.hpp"
#include "actors/wire/handles.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <caf/actor_system.hpp>

namespace lockstep {

/// The head's end of the stream to the process of a plan, see plan_frames.hpp: an actor on CAF's
/// network thread, where the controller is, so that a call costs no thread more than that of a plan
/// in this process.
using plan_link = caf::typed_actor<
    // Launcher: what is wanted of the plan from now on.
    caf::result<void>(plan_order),
    // Launcher: its process and all that it had started have ended. The last: the plan's end is
    // told to the controller.
    caf::result<void>(plan_process_exit)>;

/// Takes the descriptor over and begins the plan as soon as somebody is at its other end.
plan_link spawn_plan_link(caf::actor_system& system, unique_descriptor socket, plan_start start,
                          controller_actor controller);

} // namespace lockstep
