// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/node_roster.hpp"
#include "actors/rules/run/run_engine.hpp"
#include "actors/wire/handles.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace lockstep {

/// What a controller answers about nodes and their solvers as they are now. Part of that actor, for
/// its thread only; whoever has to ask nodes first gets a promise.
class controller_questions {
public:
  controller_questions(controller_actor::pointer self, node_roster& nodes, const run_engine& engine)
      : self_(self), nodes_(nodes), engine_(engine) {}

  [[nodiscard]] node_info describe(const known_node& node) const;
  /// All of them, with what each tells of itself meanwhile.
  caf::result<std::vector<node_info>> nodes();
  /// How many of everything there are.
  [[nodiscard]] system_info count(std::size_t finished_runs) const;
  /// Status of every slot; waits for at most so long for each.
  caf::result<std::vector<solver_info>> solvers(std::chrono::milliseconds wait);
  /// The newest that a slot printed. Error no_such_solver.
  caf::result<solver_output> log(const read_solver_output& wanted);
  /// What a queued run waits for, and at which place; none for others.
  [[nodiscard]] std::optional<queue_place> place_in_queue(run_id run) const;

private:
  controller_actor::pointer self_;
  node_roster& nodes_;
  const run_engine& engine_;
};

} // namespace lockstep
