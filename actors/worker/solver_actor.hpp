// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"
#include "actors/worker/progress_cell.hpp"
#include "actors/worker/task_wait.hpp"

#include <lockstep/erased_model.hpp>

#include <memory>
#include <vector>

namespace lockstep {

/// State of a solver actor: the solver itself. Spawn it detached; it computes on its own thread.
class solver_actor_state {
public:
  using self_pointer = solver_actor::pointer;

  solver_actor_state(self_pointer self, std::shared_ptr<progress_cell> cell);

  solver_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.solver";

private:
  solver_answer prepare(const prepare_solver& seat);
  solver_answer run(const solver_task& task);
  solver_answer combine(const combine_task& task);
  /// Sends the answer, then waits for what comes next.
  caf::typed_response_promise<solver_answer> send(solver_answer&& answer);

  self_pointer self_;
  std::shared_ptr<progress_cell> cell_;
  const model* model_ = nullptr;
  std::unique_ptr<solver> solver_;
  std::size_t payload_limit_ = 0;
  std::vector<blob> sent_; ///< the last answers, which their receiver may not have opened yet
  task_wait wait_;
};

/// Spawns a solver actor on a thread of its own, which runs at the computing priority.
solver_actor spawn_solver(caf::actor_system& system, std::shared_ptr<progress_cell> cell);

} // namespace lockstep
