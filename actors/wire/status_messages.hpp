// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// Worker to node, node to controller: how far solvers are, asked for or told.

namespace lockstep {

enum class solver_state : std::uint8_t { starting, idle, busy, dead };

template <class Inspector>
bool inspect(Inspector& f, solver_state& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t number) {
    x = static_cast<solver_state>(number);
    return number <= static_cast<std::uint8_t>(solver_state::dead);
  };
  return f.apply(get, set);
}

/// How far a solver is, as its worker's proxy sees it at this moment.
struct solver_status {
  std::uint32_t slot = 0;
  std::optional<std::uint64_t> solver; ///< its index while it belongs to a run
  std::int64_t pid = 0;
  std::int64_t core = -1; ///< -1 where it is not bound
  std::uint64_t restarts = 0;
  solver_state state = solver_state::starting;
  std::uint64_t run = 0;    ///< 0 for none
  std::uint64_t number = 0; ///< the step under way or the last one
  std::string step;
  double fraction = 0;
  std::string note;
  double seconds = 0;     ///< since the step under way began
  double answered_us = 0; ///< how long the answer took, filled in by who asked
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

/// Progress of one solver, passed on at most every limits::progress_interval.
struct solver_progress {
  run_id run;
  std::uint64_t number = 0;
  std::uint64_t solver = 0;
  double fraction = 0;
  std::string note;
};

template <class Inspector>
bool inspect(Inspector& f, solver_progress& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("number", x.number),
                            f.field("solver", x.solver), f.field("fraction", x.fraction),
                            f.field("note", x.note));
}

/// One solver reached the barrier. Sent only while somebody watches.
struct solver_reached_barrier {
  run_id run;
  std::uint64_t number = 0;
  std::uint64_t solver = 0;
  double seconds = 0;
};

template <class Inspector>
bool inspect(Inspector& f, solver_reached_barrier& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("number", x.number),
                            f.field("solver", x.solver), f.field("seconds", x.seconds));
}

} // namespace lockstep
