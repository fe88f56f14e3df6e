// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/deadlines.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/placed_solver.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// Whose turn it is in a run that has its places, as run_course draws it, and since when.
struct run_turn {
  enum class whose : std::uint8_t { construction, step, plan, held };

  /// A node that has solvers of the run.
  struct part {
    node_number node;
    std::vector<placed_solver> places; ///< in the order of the solvers
    bool is_waited_for = false;        ///< for its answer to the construction or the step
  };

  whose turn = whose::plan;
  due_time since{};
  std::uint64_t number = 0; ///< of the newest step; 0 before the first
  std::string name{};       ///< of the step under way, or held back
  std::string kind{};       ///< likewise
  std::vector<part> parts{};
};

} // namespace lockstep
