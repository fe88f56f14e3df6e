// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/controller_questions.hpp"
#include "actors/controller/node_roster.hpp"
#include "actors/controller/run_history.hpp"
#include "actors/rules/run/run_engine.hpp"
#include "actors/rules/waiting/waiting.hpp"
#include "actors/wire/handles.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace lockstep {

/// What a controller answers to whoever asks why a run does not get on: the nodes that the step
/// under way waits for are asked what their solvers do, and only they. Part of that actor, for its
/// thread only.
class waiting_questions {
public:
  /// All references must outlive it.
  waiting_questions(controller_actor::pointer self, node_roster& nodes, const run_engine& engine,
                    run_history& history, const controller_questions& questions)
      : self_(self), nodes_(nodes), engine_(engine), history_(history), questions_(questions) {}

  caf::result<run_waiting> ask(const get_waiting& wanted);

private:
  /// Who asked, in which step, and what nodes have told since.
  struct asking {
    run_id run;
    std::uint64_t step = 0;
    caf::typed_response_promise<run_waiting> promise;
    std::map<node_number, std::vector<solver_status>> told;
    std::size_t missing = 0;
  };

  [[nodiscard]] std::optional<run_turn> turn_of(run_id run) const;
  [[nodiscard]] waiting_facts look(const run_record& run) const;
  void ask(const known_node& node, const get_waiting& wanted, const std::shared_ptr<asking>& all);
  void settle(asking& all);

  controller_actor::pointer self_;
  node_roster& nodes_;
  const run_engine& engine_;
  run_history& history_;
  const controller_questions& questions_;
};

} // namespace lockstep
