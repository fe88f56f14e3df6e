#pragma once

#include "actors/controller/node_roster.hpp"
#include "actors/rules/run/run_engine.hpp"
#include "actors/wire/handles.hpp"

#include <cstddef>
#include <cstdint>

namespace lockstep {

/// What a controller answers about nodes and their solvers as they are now. Part of that actor, for
/// its thread only; whoever has to ask nodes first gets a promise.
class controller_questions {
public:
  controller_questions(controller_actor::pointer self, node_roster& nodes, const run_engine& engine)
      : self_(self), nodes_(nodes), engine_(engine) {}

  /// One node, as docs/json-api.md has it.
  [[nodiscard]] json describe(const known_node& node) const;
  /// All of them, with what each tells of itself meanwhile.
  caf::result<document> nodes();
  /// How many of everything there are.
  [[nodiscard]] json count(std::size_t finished_runs) const;
  /// Status of every slot; waits for at most so many ms for each.
  caf::result<document> solvers(std::int64_t wait_ms);
  /// The newest bytes that a slot, by its position in that list, printed. Error no_such_solver.
  caf::result<document> log(slot_number position, std::uint64_t bytes);
  /// What a queued run waits for, and at which place, counted from 1; null for others.
  [[nodiscard]] json place_in_queue(run_id run) const;

private:
  controller_actor::pointer self_;
  node_roster& nodes_;
  const run_engine& engine_;
};

} // namespace lockstep
