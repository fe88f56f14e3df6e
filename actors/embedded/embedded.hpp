#pragma once

#include "actors/controller/controller_actor.hpp"
#include "actors/wire/handles.hpp"

#include <caf/actor_system.hpp>

#include <cstddef>

namespace lockstep {

/// Spawns Lockstep's actors inside the caller's own actor system: a controller, a node, and
/// `solvers` workers that are actors of this process, each with a computing thread of its own.
/// Models are those that are compiled into the program or found by path.
///
/// Ask the controller as handles.hpp says: a `run_request` queues a run, `(get_atom, run_id, ms)`
/// gives its result. `(delete_atom, false)` ends the controller, the node and the workers; nothing
/// else does. `prepare_caf` must have been called before the system was made. The system must live
/// until the controller has ended. Message types of the program's own begin where Lockstep's end:
/// `CAF_BEGIN_TYPE_ID_BLOCK(mine, caf::id_block::lockstep::end)`.
///
/// A solver that computes in this process cannot be killed: one that does not return in time is
/// left behind with `cancelled()` true, computing until its step returns, and a new worker takes
/// its place. The destructor of the system waits for it, and for a plan that was given up because
/// it did not return after a cancel. Workers stay from run to run, and what a solver did to the
/// process stays with them. A model that crashes takes the program along; only worker processes
/// keep it apart.
controller_actor spawn_embedded(caf::actor_system& system, std::size_t solvers,
                                controller_options options = {});

} // namespace lockstep
