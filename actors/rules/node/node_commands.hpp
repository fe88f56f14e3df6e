// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/deadlines.hpp"
#include "actors/rules/node/node_parts.hpp"
#include "actors/wire/error.hpp"

#include <lockstep/blob.hpp>
#include <lockstep/error.hpp>
#include <lockstep/solver.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What a node is to do, in the order in which the engine gives it.
namespace lockstep::node_commands {

struct start_worker {
  std::uint32_t slot = 0;
};

/// At once, by force.
struct kill_worker {
  worker_key worker;
};

/// The next run may want this library.
struct load_ahead {
  worker_key worker;
  model_reference model;
};

/// Answered by task_answered, with one answer.
struct construct_solver {
  worker_key worker;
  task_identity task;
  model_reference model;
  std::uint64_t total = 0;
  std::uint64_t seed = 0; ///< of this solver
};

/// Run a step on these arguments, one after another. Answered by task_answered.
struct hand_task {
  worker_key worker;
  task_identity task;
  std::shared_ptr<const step_text> text;
  std::vector<blob> arguments;
};

/// Combine answers of a reduce into one, or a slice of it. Answered by task_answered.
struct hand_combination {
  worker_key worker;
  task_identity task;
  std::shared_ptr<const step_text> text;
  std::vector<blob> answers;
  slice wanted;
};

/// Let `cancelled()` be true in all steps of the run up to this number.
struct ask_to_stop {
  worker_key worker;
  run_id run;
  std::uint64_t up_to_number = 0;
};

/// Destroy the solver. Answered by solver_destroyed.
struct close_solver {
  worker_key worker;
};

/// End what workers that have ended have left behind. Answered by nothing_left; not asked again
/// before.
struct end_leftovers {};

/// Let all workers end, by force if they take longer.
struct stop_workers {};

/// Answered by library_searched.
struct find_library {
  run_id run;
  std::uint64_t search = 0; ///< never given twice by a node
  model_reference model;
};

/// The answer to run_asked or step_asked. A failure of a solver is one.
struct answer {
  std::uint64_t request = 0;
  run_id run;
  std::vector<blob> answers;
  std::vector<double> solver_seconds;
  double reduce_seconds = 0;
  std::optional<step_failure> failed;
  bool broken = false; ///< no later step of the run can succeed
};

/// The request cannot be carried out.
struct refuse {
  std::uint64_t request = 0;
  errc why{};
  std::string text; ///< empty where the code says it all
};

/// To the controller: a worker came up or is gone.
struct tell_change {
  worker_key worker;
  bool up = false;
  std::string reason; ///< why it is gone
};

/// To the controller: a solver reached the barrier.
struct tell_barrier {
  run_id run;
  std::uint64_t number = 0;
  std::uint64_t solver = 0;
  double seconds = 0;
};

/// Answers of the run that are still on their way to the head do not matter any more.
struct give_up_sending {
  run_id run;
};

/// Say time_came then, in place of what was set before.
struct wake_at {
  due_time when{};
};

/// Nothing is due: a timer that is set can be let go of.
struct let_timer_go {};

/// All workers have ended: answer the request, and end. The last of all.
struct end_node {
  std::uint64_t request = 0;
};

} // namespace lockstep::node_commands

namespace lockstep {

using node_engine_command =
    std::variant<node_commands::hand_task, node_commands::hand_combination, node_commands::answer,
                 node_commands::ask_to_stop, node_commands::tell_barrier, node_commands::wake_at,
                 node_commands::construct_solver, node_commands::close_solver,
                 node_commands::start_worker, node_commands::kill_worker, node_commands::load_ahead,
                 node_commands::end_leftovers, node_commands::stop_workers,
                 node_commands::find_library, node_commands::refuse, node_commands::tell_change,
                 node_commands::give_up_sending, node_commands::let_timer_go,
                 node_commands::end_node>;

} // namespace lockstep
