// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

namespace lockstep {

/// The life of a run:
///
///     queued ─► starting ─► running ◄─► paused
///        │          │          │           │
///        │          ├──────────┼─ cancel ──┴─► cancelling ─► cancelled
///        └─ cancel ─┼──────────┼──────────────────────────► cancelled
///                   │          ├─ plan returned ──────────► done
///                   └──────────┴─ plan or solver failed ──► failed
///
/// A plan may return, and fail, while its run is paused: the last step ends, then the run does.
enum class run_state : std::uint8_t {
  queued,     ///< it waits for places
  starting,   ///< its solvers are being constructed; its plan has not begun
  running,    ///< its plan is under way
  paused,     ///< likewise, but no step begins
  cancelling, ///< its steps and its plan are asked to stop
  done,
  failed,
  cancelled,
};

/// Nothing follows: done, failed or cancelled.
bool is_over(run_state state);

/// The word for people: "queued", …
std::string to_string(run_state state);

/// The life of a node, as its head sees it:
///
///     up ──┬─ drain, no run is on it ──────────────► leaving ─► gone
///          ├─ drain, a run is on it ─► draining ─ barrier ─┘
///          └─ lost, from every state ─────────────────────────► gone
///
/// A node that is draining or leaving gets no part in a new run. `barrier` is the end of the step
/// under way, or of the run.
enum class node_state : std::uint8_t {
  up,
  draining, ///< it is to go, and waits for the barriers of its runs
  leaving,  ///< it was told to stop
  gone
};

/// The word for people: "up", …
std::string to_string(node_state state);

namespace detail {

/// An enumeration travels as its number; one beyond the last is no message.
template <class Inspector, class Enumeration>
bool inspect_up_to(Inspector& f, Enumeration& x, Enumeration last) {
  using number = std::underlying_type_t<Enumeration>;
  auto get = [&x] { return static_cast<number>(x); };
  auto set = [&x, last](number came) {
    x = static_cast<Enumeration>(came);
    return came <= static_cast<number>(last);
  };
  return f.apply(get, set);
}

} // namespace detail

template <class Inspector>
bool inspect(Inspector& f, run_state& x) {
  return detail::inspect_up_to(f, x, run_state::cancelled);
}

template <class Inspector>
bool inspect(Inspector& f, node_state& x) {
  return detail::inspect_up_to(f, x, node_state::gone);
}

} // namespace lockstep
