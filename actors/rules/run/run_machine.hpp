// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/states.hpp"
#include "actors/wire/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace lockstep {

/// What can happen to a run. Its life is drawn in states.hpp.
enum class run_event : std::uint8_t {
  taken,     ///< it is at the head of the queue and solvers are being constructed
  prepared,  ///< every solver stands, the plan begins
  pause,     ///< asked for by a person
  resume,    ///< asked for by a person
  cancel,    ///< asked for by a person
  returned,  ///< the plan returned its result
  failed,    ///< the plan threw, a solver could not be constructed, or a machine was lost
  abandoned, ///< the plan left by run_cancelled
};

/// The state after an event, or none where the event is not allowed in that state.
std::optional<run_state> next_state(run_state state, run_event event);

/// Why a person may not do this to a run in that state: a sentence. For pause, resume, cancel.
std::string no_way(run_id run, run_state state, run_event what);

} // namespace lockstep
