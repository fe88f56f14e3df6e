// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/states.hpp"

#include <cstdint>
#include <optional>

namespace lockstep {

/// What can happen to a node. Its life is drawn in states.hpp.
enum class node_life_event : std::uint8_t {
  drain_idle, ///< a person wants it to leave, and no run is on it
  drain_busy, ///< the same, and a run is
  barrier,    ///< the step under way on it is over
  lost,       ///< its link is closed or was silent for too long
};

/// The state after an event, or none where the event is not allowed in that state.
std::optional<node_state> next_state(node_state state, node_life_event event);

} // namespace lockstep
