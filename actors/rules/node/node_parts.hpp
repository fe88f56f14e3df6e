// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"
#include "actors/wire/model_reference.hpp"
#include "actors/wire/placed_solver.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// A worker that has joined. Two of a slot are told apart by the process number, which no other
/// process has until the end of this one has been told.
struct worker_key {
  std::uint32_t slot = 0;
  std::int64_t pid = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
  friend auto operator<=>(const worker_key&, const worker_key&) = default;
};

/// Which hand-out a worker's answer is for. The engine gives it; whoever carries the task keeps it
/// beside the task, and gives it back with the answer.
struct task_identity {
  run_id run;
  std::uint64_t step = 0;    ///< its number in the run; 0 for the construction
  std::uint64_t attempt = 0; ///< from 1, never given twice by a node
  std::uint64_t solver = 0;  ///< its index in the run
  std::uint64_t incarnation = 0;
  friend bool operator==(const task_identity&, const task_identity&) = default;
};

/// A run's part on a node.
struct run_part {
  run_id run;
  model_reference model;
  std::vector<placed_solver> solvers; ///< in order of their indices
  std::uint64_t total = 0;            ///< solvers of the run, on all nodes
  std::uint64_t seed = 0;
};

/// What every task of a step says alike. Shared, because a step has thousands of tasks.
struct step_text {
  std::string key;       ///< which member function
  std::string name;      ///< for people
  std::string operation; ///< of a reduce
};

} // namespace lockstep
