// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/deadlines.hpp"
#include "actors/rules/history/step_metrics.hpp"
#include "actors/rules/run/run_events.hpp"
#include "actors/rules/run/run_machine.hpp"
#include "actors/wire/error.hpp"
#include "actors/wire/placed_solver.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// What the run engine wants to be done, in this order.
namespace run_commands {

/// What was just asked for is not done.
struct request_refused {
  errc what;
  std::string why; ///< empty, or a sentence
};

// Of nodes.

struct node_up {
  node_number node;
};
/// It is gone.
struct node_down {
  node_number node;
  bool left = false; ///< as it was told to
};
/// Nothing is kept of a node that is gone.
struct forget_node {
  node_number node;
};
/// It is to leave, at once or at the next barrier of each of its runs.
struct node_draining {
  node_number node;
};
/// Let it stop its workers, then itself.
struct stop_node {
  node_number node;
};

// To a node, for a run.

/// Construct solvers. Answered by node_answered with number 0, or by library_missing.
struct prepare_node {
  run_id run;
  node_number node;
  std::uint64_t attempt = 1;
  std::uint64_t total = 0; ///< solvers of the run
  std::vector<placed_solver> solvers;
};
/// Send the library of the run's model and have it kept. Answered by library_pushed, or by
/// node_answered with a failure, or by library_missing where it could not be kept.
struct push_library {
  run_id run;
  node_number node;
  std::uint64_t attempt = 1;
};
/// Do a share of a step. Answered by node_answered.
struct ask_node {
  run_id run;
  node_number node;
  std::uint64_t number = 0; ///< of the step, from 1
  std::uint64_t attempt = 1;
  std::shared_ptr<const step_call> call; ///< without its arguments
  std::vector<blob> arguments;           ///< one for all, one for each solver, or items
};
/// Ask the solvers to stop in all steps up to this number.
struct stop_solvers {
  run_id run;
  node_number node;
  std::uint64_t up_to_number = 0;
};
/// Ask the solvers to stop, and kill, after the grace, those that did not.
struct cancel_solvers {
  run_id run;
  node_number node;
  std::chrono::milliseconds grace{};
};
/// Let the solvers go: the run is over, or over on this node.
struct close_run {
  run_id run;
  node_number node;
};
/// What is on its way to nodes for the run is settled with this reason; nobody waits for it.
struct abandon_payloads {
  run_id run;
  std::string why;
};

// To a plan.

struct begin_plan {
  run_id run;
  std::uint64_t solvers = 0;
  std::vector<share> groups; ///< the solvers of each node, in order
};
struct answer_plan {
  run_id run;
  std::uint64_t call = 0;
  step_outcome outcome;
};
struct stop_plan {
  run_id run;
};
/// Nothing counts that it does.
struct give_plan_up {
  run_id run;
};

// To the history of runs, and to whoever watches.

struct run_changed {
  run_id run;
  run_state state = run_state::queued;
  std::optional<step_failure> failed{}; ///< why; a run that was cancelled may have a failure too
};
/// It has got places for so many solvers, on these nodes.
struct run_placed {
  run_id run;
  std::uint64_t solvers = 0;
  std::vector<node_number> nodes;
  std::vector<share> groups{}; ///< the solvers of each node, in order
};
/// Why it is cancelled: of several reasons the first.
struct cancel_noted {
  run_id run;
  std::string why;
};
struct step_begun {
  run_id run;
  step_metrics metrics; ///< what is known of them
};
struct step_over {
  run_id run;
  step_metrics metrics;
  bool whole = false;                   ///< every solver answered
  std::optional<step_failure> failed{}; ///< as the plan is told
};
/// So many seconds between two steps.
struct between_steps {
  run_id run;
  double seconds = 0;
  plan_spent spent;
};

// Of the head.

struct set_timer {
  run_timer timer;
  due_time when;
};
struct remove_timer {
  run_timer timer;
};
/// Everything is stopped. The last command.
struct end {};

} // namespace run_commands

using run_command =
    std::variant<run_commands::ask_node, run_commands::answer_plan, run_commands::step_begun,
                 run_commands::step_over, run_commands::between_steps,
                 run_commands::request_refused, run_commands::node_up, run_commands::node_down,
                 run_commands::forget_node, run_commands::node_draining, run_commands::stop_node,
                 run_commands::prepare_node, run_commands::push_library, run_commands::stop_solvers,
                 run_commands::cancel_solvers, run_commands::close_run,
                 run_commands::abandon_payloads, run_commands::begin_plan, run_commands::stop_plan,
                 run_commands::give_plan_up, run_commands::run_changed, run_commands::run_placed,
                 run_commands::cancel_noted, run_commands::set_timer, run_commands::remove_timer,
                 run_commands::end>;

/// What one event sets off.
struct reaction {
  due_time now;
  std::vector<run_command> commands{};
  std::uint64_t late_answers = 0; ///< of nodes: they came too late to count
  void order(run_command what) { commands.push_back(std::move(what)); }
};

} // namespace lockstep
