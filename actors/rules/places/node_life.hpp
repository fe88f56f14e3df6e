#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lockstep {

/// The life of a node, as its head sees it:
///
///     up ──┬─ drain, no run is on it ──────────────► leaving ─► gone
///          ├─ drain, a run is on it ─► draining ─ barrier ─┘
///          └─ lost, from every state ─────────────────────────► gone
///
/// A node that is draining or leaving gets no part in a new run. `barrier` is the end of the step
/// under way, or of the run.
enum class node_state : std::uint8_t { up, draining, leaving, gone };

/// What can happen to a node.
enum class node_life_event : std::uint8_t {
  drain_idle, ///< a person wants it to leave, and no run is on it
  drain_busy, ///< the same, and a run is
  barrier,    ///< the step under way on it is over
  lost,       ///< its link is closed or was silent for too long
};

/// The state after an event, or none where the event is not allowed in that state.
std::optional<node_state> next_state(node_state state, node_life_event event);

/// The word for people: "up", …
std::string to_string(node_state state);

} // namespace lockstep
