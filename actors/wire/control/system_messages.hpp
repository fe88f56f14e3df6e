// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/states.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/node_messages.hpp"
#include "actors/wire/status_messages.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// To the controller, from control or a program that embeds it: nodes and solvers as they are now,
/// and the end of it all. And from its head: the node of this machine, and another end. Above each
/// request stands what it is answered with, and the errors that may come.

namespace lockstep {

/// The nodes there are, and those that are gone and not back yet. Answered with a list of
/// node_info in order of their numbers, once each has told how it is, or 1.5 s are over. No errors.
struct list_nodes {};

/// Let this node go after the step under way; a run that it is part of fails then. Answered at once
/// with node_info. Errors no_such_node, and wrong_state where it is to go already, with a sentence.
struct drain_node {
  std::string node{}; ///< its number ("n2"), or its name
};

/// What all solvers do now. Answered with a list of solver_info in order of their positions. One
/// whose worker does not answer in time is in it as dead; those of a node that does not answer in
/// time are left out. No errors.
struct list_solvers {
  std::chrono::milliseconds wait{1'000}; ///< for each worker; for a node twice that and 100 ms
};

/// The newest that the worker of a solver printed. Answered with solver_output. Errors
/// no_such_solver with a sentence, and CAF's sec::request_timeout where its node did not answer
/// within limits::status_answer.
struct read_solver_output {
  std::uint64_t solver = 0; ///< its position in the list of solvers
  std::uint64_t bytes = 0;  ///< at most
};

/// How many of everything there are. Answered with system_info, no errors.
struct get_system {};

/// End the controller, its nodes and their workers. What is queued and under way is cancelled, and
/// from now on no run is taken. Answered with nothing when all is stopped, or 3 s after that was
/// begun. No errors.
struct shut_down {
  bool when_idle = false; ///< not before the queue is empty and no run is under way
};

/// From the head: the node of this machine cannot be started; the head goes on trying. Until it
/// joins, runs that no other node can take fail. Sent without waiting for an answer.
struct local_node_failed {
  std::string why{}; ///< a sentence
};

/// From the head: stop at once, but let nodes of other machines go, which then dial again.
/// Answered, with nothing, when all else is stopped.
struct stop_controller {};

/// A run that has solvers on a node.
struct hosted_run {
  run_id run{};
  std::vector<std::uint64_t> solvers{}; ///< their indices in the run
};

/// What a node told of itself when it was asked.
struct node_health {
  node_heartbeat heartbeat{};
  double round_trip_ms = 0;   ///< between question and answer
  double clock_offset_ms = 0; ///< its clock less ours, right to half the round trip
};

/// A node as it is at one moment.
struct node_info {
  node_number node{};
  node_description description{};
  std::vector<hosted_run> runs{}; ///< in order of their numbers
  node_state state = node_state::up;
  bool up = false;                     ///< it can be reached
  std::optional<node_health> health{}; ///< none where it did not answer in time
};

/// A solver at one moment.
struct solver_info {
  std::uint64_t solver = 0; ///< its position in the list of all solvers, from 0
  node_number node{};
  solver_status status{};
};

/// The newest that the worker of a solver printed.
struct solver_output {
  std::uint64_t solver = 0; ///< its position in the list of solvers
  std::string text{};
  std::uint64_t dropped_bytes = 0; ///< older ones that are not in the text
};

/// How many of everything there are.
struct system_info {
  std::uint64_t nodes = 0;   ///< that can be reached
  std::uint64_t solvers = 0; ///< places that they have
  std::uint64_t runs_queued = 0;
  std::uint64_t runs_running = 0;  ///< that are starting, running, paused or cancelling
  std::uint64_t runs_finished = 0; ///< and kept
};

template <class Inspector>
bool inspect(Inspector& f, list_nodes& x) {
  return f.object(x).fields();
}

template <class Inspector>
bool inspect(Inspector& f, drain_node& x) {
  return f.object(x).fields(f.field("node", x.node));
}

template <class Inspector>
bool inspect(Inspector& f, list_solvers& x) {
  return f.object(x).fields(f.field("wait", x.wait));
}

template <class Inspector>
bool inspect(Inspector& f, read_solver_output& x) {
  return f.object(x).fields(f.field("solver", x.solver), f.field("bytes", x.bytes));
}

template <class Inspector>
bool inspect(Inspector& f, get_system& x) {
  return f.object(x).fields();
}

template <class Inspector>
bool inspect(Inspector& f, shut_down& x) {
  return f.object(x).fields(f.field("when_idle", x.when_idle));
}

template <class Inspector>
bool inspect(Inspector& f, local_node_failed& x) {
  return f.object(x).fields(f.field("why", x.why));
}

template <class Inspector>
bool inspect(Inspector& f, stop_controller& x) {
  return f.object(x).fields();
}

template <class Inspector>
bool inspect(Inspector& f, hosted_run& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("solvers", x.solvers));
}

template <class Inspector>
bool inspect(Inspector& f, node_health& x) {
  return f.object(x).fields(f.field("heartbeat", x.heartbeat),
                            f.field("round_trip_ms", x.round_trip_ms),
                            f.field("clock_offset_ms", x.clock_offset_ms));
}

template <class Inspector>
bool inspect(Inspector& f, node_info& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("description", x.description),
                            f.field("runs", x.runs), f.field("state", x.state), f.field("up", x.up),
                            f.field("health", x.health));
}

template <class Inspector>
bool inspect(Inspector& f, solver_info& x) {
  return f.object(x).fields(f.field("solver", x.solver), f.field("node", x.node),
                            f.field("status", x.status));
}

template <class Inspector>
bool inspect(Inspector& f, solver_output& x) {
  return f.object(x).fields(f.field("solver", x.solver), f.field("text", x.text),
                            f.field("dropped_bytes", x.dropped_bytes));
}

template <class Inspector>
bool inspect(Inspector& f, system_info& x) {
  return f.object(x).fields(f.field("nodes", x.nodes), f.field("solvers", x.solvers),
                            f.field("runs_queued", x.runs_queued),
                            f.field("runs_running", x.runs_running),
                            f.field("runs_finished", x.runs_finished));
}

} // namespace lockstep
