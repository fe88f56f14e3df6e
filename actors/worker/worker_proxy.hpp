// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"
#include "actors/worker/progress_cell.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace lockstep {

/// What a proxy needs to know of its worker.
struct proxy_place {
  slot_number slot;
  std::int64_t pid = 0;
  std::shared_ptr<progress_cell> cell; ///< shared with the solver
  solver_actor solver;
  node_actor node; ///< gets the progress
};

/// The state of a proxy actor: answers at once whatever the solver does. Runs on the network thread
/// of a worker, so that a status costs no change of thread; it never computes.
class worker_proxy_state {
public:
  using self_pointer = worker_proxy::pointer;

  worker_proxy_state(self_pointer self, proxy_place place);

  worker_proxy::behavior_type make_behavior();

  static inline const char* name = "lockstep.worker_proxy";

private:
  caf::delegated<solver_answer> prepare(prepare_solver& seat);
  caf::delegated<solver_answer> work(solver_task& task);
  caf::delegated<void> close();
  [[nodiscard]] solver_status status() const;
  /// Passes a task on to the computing thread.
  template <class Task>
  auto hand_over(Task&& task) {
    place_.cell->hand_over();
    return caf_compat::delegate(self_, place_.solver, std::forward<Task>(task));
  }
  void stop_up_to(run_id run, std::uint64_t number);
  void tell_progress();
  void look_again();

  self_pointer self_;
  proxy_place place_;
  run_id run_;
  std::uint64_t solver_ = 0; ///< its index in the run
  std::uint64_t told_changes_ = 0;
  bool looking_ = false;
};

} // namespace lockstep
