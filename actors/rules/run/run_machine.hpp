#pragma once

#include "actors/wire/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

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
  queued,
  starting,
  running,
  paused,
  cancelling,
  done,
  failed,
  cancelled,
};

/// What can happen to a run.
enum class run_event : std::uint8_t {
  taken,     ///< it is at the head of the queue and solvers are being constructed
  prepared,  ///< every solver stands, the plan begins
  pause,     ///< asked for by a person
  resume,    ///< asked for by a person
  cancel,    ///< asked for by a person
  returned,  ///< the plan returned its result
  fell,      ///< the plan threw, a solver could not be constructed, or a machine was lost
  abandoned, ///< the plan left by run_cancelled
};

/// The state after an event, or none where the event is not allowed in that state.
std::optional<run_state> next_state(run_state state, run_event event);

/// Why a person may not do this to a run in that state: a sentence. For pause, resume, cancel.
std::string no_way(run_id run, run_state state, run_event what);

/// Nothing follows: done, failed or cancelled.
bool is_over(run_state state);

/// The word for people: "queued", …
std::string to_string(run_state state);

} // namespace lockstep
