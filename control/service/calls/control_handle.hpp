// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>

namespace lockstep {

/// Answers people and programs, whatever carries their calls.
using control_actor = caf::typed_actor<
    // Carriers' side: a call of a connection: its token there, the method, checked params, who
    // calls and from where (for the audit). Answered through the answer_sink, not here.
    caf::result<void>(std::uint64_t, std::uint64_t, std::uint8_t, json, std::string, std::string),
    // Carriers' side: the connection is gone.
    caf::result<void>(connection_closed),
    // Head: the client that started this head for itself is gone.
    caf::result<wanted_runs>(starter_left),
    // Controller: see observer_actor.
    caf::result<void>(event),
    // Itself: look whether the head is still needed.
    caf::result<void>(check_purpose)>;

} // namespace lockstep
