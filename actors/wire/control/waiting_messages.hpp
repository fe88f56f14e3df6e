// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/states.hpp"
#include "actors/wire/ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// To the controller, from control or a program that embeds it: why a run does not get on, now.
/// How the answer comes about stands in actors/rules/waiting.

namespace lockstep {

/// Why the barrier of a run waits. Answered with run_waiting, once each node that the step under
/// way waits for has told what its solvers do, or has had its time. Error no_such_run.
struct get_waiting {
  run_id run{};
  std::chrono::milliseconds wait{1'000}; ///< for each worker; for a node twice that and 100 ms
};

/// What a run waits for.
enum class awaited : std::uint8_t {
  nothing,      ///< it is over
  places,       ///< it is queued
  construction, ///< of its solvers
  solvers,      ///< a step is under way
  plan,         ///< which has asked for no step since the last one
  resume        ///< paused, its plan's next step is held back
};

/// What a solver does that has not reached the barrier of the step under way.
enum class lateness : std::uint8_t {
  computes,
  not_begun, ///< its worker has not begun the step
  unknown    ///< its worker, or its node, does not answer
};

/// A solver that the barrier waits for.
struct awaited_solver {
  std::uint64_t solver = 0;                ///< its index in the run
  std::optional<std::uint64_t> position{}; ///< in the list of all solvers; none where it is gone
  node_number node{};
  std::string node_name{}; ///< of the node's certificate; empty on the head's machine
  std::int64_t core = -1;  ///< -1 where it is not bound
  lateness what = lateness::unknown;
  // Only of one that computes:
  double seconds = 0;  ///< since it began; in a map, with the items that it has now
  double fraction = 0; ///< from 0 to 1, as it told
  std::string note{};  ///< likewise
  /// Its time is above the median of the solvers that compute or have reached the barrier; these
  /// count as faster than all that still compute.
  bool over_median = false;
};

/// The step under way.
struct awaited_step {
  std::uint64_t number = 0; ///< in its run, from 1
  std::string name{};
  std::string kind{}; ///< "broadcast", "scatter", "map" or "reduce"
};

/// Why a run does not get on, at one moment.
struct run_waiting {
  /// So many solvers are told one by one, at most.
  static constexpr std::size_t told_max = 256;

  run_id run{};
  run_state state = run_state::queued;
  awaited waits_for = awaited::nothing;
  std::optional<awaited_step> step{}; ///< under way
  /// Since the step or the construction began, the plan was given its turn, or its step was held
  /// back; none where it is queued or over.
  std::optional<double> seconds{};
  // Of a step under way; the four add up to all solvers. In a map, who has worked off what he was
  // given counts as having reached the barrier, though there may be more for him.
  std::uint64_t solvers = 0;
  std::uint64_t reached = 0; ///< the barrier, or have thrown
  std::uint64_t computing = 0;
  std::uint64_t not_begun = 0; ///< in a map they may be given nothing at all
  std::uint64_t unknown = 0;
  /// For whom the barrier waits: of the last three, in a map without those that have not begun.
  std::uint64_t missing = 0;
  /// Of these at most told_max: those that compute, the longest first, then the others.
  std::vector<awaited_solver> longest{};
  std::string sentence{}; ///< all of it for people
};

template <class Inspector>
bool inspect(Inspector& f, get_waiting& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("wait", x.wait));
}

template <class Inspector>
bool inspect(Inspector& f, awaited& x) {
  return detail::inspect_up_to(f, x, awaited::resume);
}

template <class Inspector>
bool inspect(Inspector& f, lateness& x) {
  return detail::inspect_up_to(f, x, lateness::unknown);
}

template <class Inspector>
bool inspect(Inspector& f, awaited_solver& x) {
  return f.object(x).fields(f.field("solver", x.solver), f.field("position", x.position),
                            f.field("node", x.node), f.field("node_name", x.node_name),
                            f.field("core", x.core), f.field("what", x.what),
                            f.field("seconds", x.seconds), f.field("fraction", x.fraction),
                            f.field("note", x.note), f.field("over_median", x.over_median));
}

template <class Inspector>
bool inspect(Inspector& f, awaited_step& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("name", x.name),
                            f.field("kind", x.kind));
}

template <class Inspector>
bool inspect(Inspector& f, run_waiting& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("state", x.state),
                            f.field("waits_for", x.waits_for), f.field("step", x.step),
                            f.field("seconds", x.seconds), f.field("solvers", x.solvers),
                            f.field("reached", x.reached), f.field("computing", x.computing),
                            f.field("not_begun", x.not_begun), f.field("unknown", x.unknown),
                            f.field("missing", x.missing), f.field("longest", x.longest),
                            f.field("sentence", x.sentence));
}

} // namespace lockstep
