#pragma once

#include "actors/solver_gauge.hpp"
#include "actors/wire/handles.hpp"

#include <lockstep/erased_model.hpp>

#include <memory>

namespace lockstep {

/// The niceness of computing threads: the threads that answer people must get a core at once, also
/// where every core computes. Not 19: on a machine that is shared with other programs that leaves a
/// solver one or two per cent of its core, and 10 still ten.
inline constexpr int computing_niceness = 10;

/// State of a solver actor: the solver itself. Spawn it detached; it computes on its own thread.
class solver_actor_state {
public:
  using self_pointer = solver_actor::pointer;

  solver_actor_state(self_pointer self, std::shared_ptr<solver_gauge> gauge);

  solver_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.solver";

private:
  solver_answer prepare(const prepare_solver& seat);
  solver_answer run(const solver_task& task);
  solver_answer combine(const combine_task& task);

  self_pointer self_;
  std::shared_ptr<solver_gauge> gauge_;
  const model* model_ = nullptr;
  std::unique_ptr<solver> solver_;
  std::size_t payload_limit_ = 0;
};

/// Spawns a solver actor on a thread of its own that runs at computing_niceness.
solver_actor spawn_solver(caf::actor_system& system, std::shared_ptr<solver_gauge> gauge);

} // namespace lockstep
