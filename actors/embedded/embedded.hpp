// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/controller_actor.hpp"
#include "actors/wire/handles.hpp"

#include <caf/actor_system.hpp>
#include <caf/timespan.hpp>

#include <cstddef>
#include <utility>

namespace lockstep {

/// Spawns Lockstep's actors inside the caller's own actor system: a controller, a node, and
/// `solvers` workers (at least 1) that are actors of this process, each with a computing thread of
/// its own. Models are those that are compiled into the program, or lie in a library whose path and
/// SHA-256 the run names. Returns at once, on any thread; a run that is asked for meanwhile waits
/// for the workers. Of `options`, `nodes_can_join` stays false: there is no port.
///
/// Ask the controller as handles.hpp says: `start_run` queues a run, `get_result` gives what came
/// of it, `watch_events` tells an observer what happens meanwhile. `shut_down` ends the controller,
/// the node and the workers; nothing else does. `prepare_caf` must have been called before the
/// system was made. The system must live until the controller has ended. Message types of the
/// program's own begin where Lockstep's end: `CAF_BEGIN_TYPE_ID_BLOCK(mine,
/// caf::id_block::lockstep::end)`.
///
/// A solver that computes in this process cannot be killed: one that does not return in time is
/// left behind with `cancelled()` true, computing until its step returns, and a new worker takes
/// its place. The destructor of the system waits for it, and for a plan that was given up because
/// it did not return after a cancel. Workers stay from run to run, and what a solver did to the
/// process stays with them. A model that crashes takes the program along; only worker processes
/// keep it apart.
controller_actor spawn_embedded(caf::actor_system& system, std::size_t solvers,
                                controller_options options = {});

/// Asks a controller, or another actor, and waits for at most `limit`; use `.then`, `.await` or
/// `.receive` on what this gives. The answer is what handles.hpp says, or a caf::error: of category
/// errc, often with a sentence, or CAF's own, as sec::request_timeout where there was no answer in
/// time and sec::request_receiver_down where the controller has ended. It is `self->request(to,
/// limit, question)` of CAF 0.18 and `self->mail(question).request(to, limit)` of CAF 1: a program
/// that is for one of them may as well write that. Of a scoped_actor, `self` is its `ptr()`.
template <class Self, class Handle, class Question>
auto ask(Self* self, const Handle& to, Question question, caf::timespan limit = caf::infinite) {
  return caf_compat::request(self, to, limit, std::move(question));
}

/// Sends what is not answered, or whose answer nobody needs. An error is not told then.
template <class Self, class Handle, class Message>
void tell(Self* self, const Handle& to, Message message) {
  caf_compat::send(self, to, std::move(message));
}

} // namespace lockstep
