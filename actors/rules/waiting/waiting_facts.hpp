// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/run/run_turn.hpp"
#include "actors/wire/control/states.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/status_messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What is known of a run when somebody asks why it does not get on.
struct waiting_facts {
  /// A node that has solvers of it, in the order of run_turn::parts.
  struct node {
    std::string name{};                            ///< empty on the head's machine
    std::optional<std::uint64_t> first_position{}; ///< of its slots; none where it is gone
    std::vector<std::int64_t> cores{};             ///< by slot
    std::vector<solver_status> told{};             ///< by slot; none where it did not answer
  };

  run_id run{};
  run_state state = run_state::queued;
  std::uint64_t place = 0; ///< in the queue, from 1; 0 where it is not there
  run_id behind{};         ///< whose places it waits for; 0 where none are taken
  std::optional<run_turn> turn{};
  double seconds = 0; ///< since the turn began
  /// Whether the solvers were asked since the step under way began.
  bool were_asked = false;
  std::vector<node> nodes{};
};

} // namespace lockstep
