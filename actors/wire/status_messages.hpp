// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// Worker to node, node to controller: how far solvers are, asked for or told.

namespace lockstep {

/// What a solver's worker does.
enum class solver_state : std::uint8_t {
  starting, ///< there is none yet that has joined, or a new one is on its way
  idle,     ///< it is in no step
  busy,     ///< it is in a step
  dead      ///< it did not answer in time; the next question may find it alive
};

template <class Inspector>
bool inspect(Inspector& f, solver_state& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t number) {
    x = static_cast<solver_state>(number);
    return number <= static_cast<std::uint8_t>(solver_state::dead);
  };
  return f.apply(get, set);
}

/// Worker to node, node to controller, when they are asked: how far a solver is, as its worker's
/// proxy sees it at this moment. The node adds core and restarts, and answers for a slot whose
/// proxy does not: then state, slot, pid, core and restarts are all that is known.
struct solver_status {
  std::uint32_t slot = 0;              ///< on its node
  std::optional<std::uint64_t> solver; ///< its index while it belongs to a run
  std::int64_t pid =
      0; ///< of its process; embedded that of the program, or a number of the slot's own
  std::int64_t core = -1; ///< -1 where it is not bound
  /// How often it died and was started anew; that each run gets a fresh one does not count.
  std::uint64_t restarts = 0;
  solver_state state = solver_state::starting;
  std::uint64_t run = 0;    ///< 0 for none
  std::uint64_t number = 0; ///< the step under way or the last one; 0 before the first
  std::string step;         ///< its name
  double fraction = 0;      ///< from 0 to 1, as the solver told
  std::string note;         ///< likewise
  double seconds = 0;       ///< since the step under way began; 0 where there is none
  double answered_us = 0;   ///< how long the answer took, filled in by who asked
};

template <class Inspector>
bool inspect(Inspector& f, solver_status& x) {
  return f.object(x).fields(
      f.field("slot", x.slot), f.field("solver", x.solver), f.field("pid", x.pid),
      f.field("core", x.core), f.field("restarts", x.restarts), f.field("state", x.state),
      f.field("run", x.run), f.field("number", x.number), f.field("step", x.step),
      f.field("fraction", x.fraction), f.field("note", x.note), f.field("seconds", x.seconds),
      f.field("answered_us", x.answered_us));
}

/// From the node to a worker's proxy: how far its solver is. Answered with solver_status, at once:
/// it never waits for the solver.
struct get_status {};

template <class Inspector>
bool inspect(Inspector& f, get_status& x) {
  return f.object(x).fields();
}

/// From the controller to a node: how far all its solvers are. Answered with a list of
/// solver_status, one for each slot; of a worker that does not answer, what the node knows.
struct list_statuses {
  std::chrono::milliseconds wait{0}; ///< for each worker, at most
};

template <class Inspector>
bool inspect(Inspector& f, list_statuses& x) {
  return f.object(x).fields(f.field("wait", x.wait));
}

/// From a worker's proxy to itself: look whether there is progress to tell.
struct check_progress {};

template <class Inspector>
bool inspect(Inspector& f, check_progress& x) {
  return f.object(x).fields();
}

/// Worker's proxy to node, node to controller: progress of one solver, passed on at most every
/// limits::progress_interval. Not answered.
struct solver_progress {
  run_id run;
  std::uint64_t number = 0; ///< of the step
  std::uint64_t solver = 0; ///< its index in the run
  double fraction = 0;      ///< from 0 to 1
  std::string note;
};

template <class Inspector>
bool inspect(Inspector& f, solver_progress& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("number", x.number),
                            f.field("solver", x.solver), f.field("fraction", x.fraction),
                            f.field("note", x.note));
}

/// Node to controller: one solver reached the barrier, or has thrown; in a map, where it works off
/// several chunks, one for each of them. Sent only while somebody watches single steps. Not
/// answered.
struct solver_reached_barrier {
  run_id run;
  std::uint64_t number = 0; ///< of the step
  std::uint64_t solver = 0; ///< its index in the run
  double seconds = 0;       ///< that it computed
};

template <class Inspector>
bool inspect(Inspector& f, solver_reached_barrier& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("number", x.number),
                            f.field("solver", x.solver), f.field("seconds", x.seconds));
}

} // namespace lockstep
