// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/node_parts.hpp"
#include "actors/wire/solver_messages.hpp"
#include "actors/wire/status_messages.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace lockstep {

/// What channels tell their node, on its thread, and never from within one of their functions.
class worker_listener {
public:
  virtual ~worker_listener() = default;

  /// The answer to what was handed over with this identity.
  virtual void answered(const task_identity& task, solver_answer& answer) = 0;
  /// The solver is destroyed, or the worker cannot be asked for that.
  virtual void solver_destroyed(worker_key who) = 0;
  /// The way to the worker is gone. Its process may live.
  virtual void unreachable(worker_key who) = 0;
};

/// How a node reaches one worker. For the node's thread only; no function blocks. Whatever way a
/// task takes, its identity stays with it and comes back with the answer. A worker that has died
/// answers nothing: its end is told by whoever started it. A channel goes with its worker; what is
/// still under way then is told all the same, or lost.
class worker_channel {
public:
  virtual ~worker_channel() = default;

  /// One at a time: answered by `answered`.
  virtual void hand(const task_identity& task, prepare_solver what) = 0;
  virtual void hand(const task_identity& task, solver_task what) = 0;
  virtual void hand(const task_identity& task, combine_task what) = 0;

  /// Let `cancelled()` be true in all steps of the run up to this number, also in the one that is
  /// under way.
  virtual void stop(run_id run, std::uint64_t up_to_number) = 0;

  /// Destroy the solver, behind whatever was handed over: answered by `solver_destroyed`.
  virtual void close() = 0;

  /// The next run may want this library.
  virtual void load_ahead(const model_reference& model) = 0;

  /// How far its solver is; nothing if that is not known in time. Never waits for the solver.
  using settle_status = std::function<void(std::optional<solver_status>)>;
  virtual void ask_status(std::chrono::milliseconds limit, settle_status settle) = 0;
};

} // namespace lockstep
