// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/blob_inspect.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/model_reference.hpp"
#include "actors/wire/packed_json.hpp"
#include "actors/wire/placed_solver.hpp"
#include "actors/wire/step_messages.hpp"

#include <lockstep/blob.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Controller to node: a share of a run and of its steps, and the answers; the ends of steps, runs
/// and nodes. A node introduces itself: join_as_node, in handles.hpp, which also says which errors
/// come.

namespace lockstep {

/// Node to controller, once, when it joins: who it is. Answered with its number.
struct node_description {
  std::string host;      ///< name of its machine; "embedded" in a program that embeds Lockstep
  std::int64_t pid = 0;  ///< its process
  std::string version;   ///< of Lockstep, as "0.2.0"; empty where it is embedded
  std::uint32_t abi = 0; ///< its abi_number; 0 where it is embedded
  std::vector<std::int64_t> slot_cores; ///< per slot its core, -1 where not bound
  bool remote = false; ///< it is on another machine than the head and shares no memory with it
  std::string name{};  ///< of its certificate; empty on the head's machine
  std::string caf{};   ///< CAF's version
};

template <class Inspector>
bool inspect(Inspector& f, node_description& x) {
  return f.object(x).fields(f.field("host", x.host), f.field("pid", x.pid),
                            f.field("version", x.version), f.field("abi", x.abi),
                            f.field("slot_cores", x.slot_cores), f.field("remote", x.remote),
                            f.field("name", x.name), f.field("caf", x.caf));
}

/// From its owner to a node, once: workers can be started; introduce yourself to the controller.
/// Sent without waiting for an answer: a node that is not taken ends.
struct start_node {};

template <class Inspector>
bool inspect(Inspector& f, start_node& x) {
  return f.object(x).fields();
}

/// From the controller to a node: how its machine is doing. Answered with node_heartbeat, at once.
struct get_heartbeat {};

template <class Inspector>
bool inspect(Inspector& f, get_heartbeat& x) {
  return f.object(x).fields();
}

/// Node to controller, when it is asked: how its machine is doing at the moment.
struct node_heartbeat {
  double load = 0; ///< runnable threads, mean of the last minute
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_available_bytes = 0; ///< without swapping, as the kernel reckons
  std::uint64_t processors = 0;             ///< of the machine, whoever may use them
  std::int64_t clock_ns = 0;                ///< its system clock when it answered, since 1970
};

template <class Inspector>
bool inspect(Inspector& f, node_heartbeat& x) {
  return f.object(x).fields(f.field("load", x.load), f.field("memory_bytes", x.memory_bytes),
                            f.field("memory_available_bytes", x.memory_available_bytes),
                            f.field("processors", x.processors), f.field("clock_ns", x.clock_ns));
}

/// Controller to node: construct its share of a run, some of its `total` solvers, each in a slot of
/// its own. Answered with node_answer, without answers, once all stand or one has failed.
struct prepare_run {
  run_id run;
  model_reference model;
  std::vector<placed_solver> solvers; ///< in order of their indices
  std::uint64_t total = 0;            ///< solvers of the run, on all nodes
  std::uint64_t seed = 0;             ///< of the run
  packed_json parameters;
  std::uint64_t payload_limit = 0; ///< bytes of one argument or answer
};

template <class Inspector>
bool inspect(Inspector& f, prepare_run& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("model", x.model),
                            f.field("solvers", x.solvers), f.field("total", x.total),
                            f.field("seed", x.seed), f.field("parameters", x.parameters),
                            f.field("payload_limit", x.payload_limit));
}

/// From the controller to a node on another machine: keep this library of a model, which was sent
/// ahead, in the cache. Answered, with nothing, when it is there. Error model_missing with a
/// sentence.
struct push_library {
  run_id run; ///< that waits for it
  model_reference model;
  blob library;
};

template <class Inspector>
bool inspect(Inspector& f, push_library& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("model", x.model),
                            f.field("library", x.library));
}

/// Controller to node: do its share of a step. Answered with node_answer at the node's barrier. One
/// step of a run at a time.
struct node_step {
  run_id run;
  std::uint64_t number = 0; ///< of the step in its run, from 1
  step_kind kind = step_kind::broadcast;
  std::string key;                ///< which member function, see step_call
  std::string name;               ///< for people
  std::string operation;          ///< reduce: the combining function
  std::uint64_t chunk = 0;        ///< map: items handed out at once; 0 lets the node choose
  std::vector<blob> arguments;    ///< one for all, one per solver of this node, or the items
  std::int64_t time_limit_ms = 0; ///< 0 for none, else above 0
  bool watched = false;           ///< send solver_reached_barrier
};

template <class Inspector>
bool inspect(Inspector& f, node_step& x) {
  return f.object(x).fields(
      f.field("run", x.run), f.field("number", x.number), f.field("kind", x.kind),
      f.field("key", x.key), f.field("name", x.name), f.field("operation", x.operation),
      f.field("chunk", x.chunk), f.field("arguments", x.arguments),
      f.field("time_limit_ms", x.time_limit_ms), f.field("watched", x.watched));
}

/// Node to controller, to prepare_run and node_step: the joined answers of a node's solvers, or the
/// failure of the lowest index. Nothing where the step was stopped because it had failed elsewhere.
struct node_answer {
  /// One for each of its solvers, in their order; of a map one for each item; of a reduce one for
  /// each largest part of the tree that the node has whole, see rules/reduction.hpp.
  std::vector<blob> answers;
  std::vector<double> solver_seconds; ///< that each of its solvers computed, in their order
  double reduce_seconds = 0;          ///< combining the answers, by the node's clock
  std::optional<step_failure> failed;
  bool broken = false; ///< it has failed, and no later step of the run can succeed
};

template <class Inspector>
bool inspect(Inspector& f, node_answer& x) {
  return f.object(x).fields(f.field("answers", x.answers),
                            f.field("solver_seconds", x.solver_seconds),
                            f.field("reduce_seconds", x.reduce_seconds),
                            f.field("failed", x.failed), f.field("broken", x.broken));
}

/// From the controller to a node: ask the run's solvers to stop in all steps up to this number,
/// which have failed elsewhere. Sent without waiting for an answer: what is under way is answered
/// as it ends.
struct stop_solvers {
  run_id run;
  std::uint64_t up_to_number = 0;
};

template <class Inspector>
bool inspect(Inspector& f, stop_solvers& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("up_to_number", x.up_to_number));
}

/// From the controller to a node: ask the run's solvers to stop, and kill those that did not after
/// the grace. Sent without waiting for an answer, as stop_solvers.
struct cancel_solvers {
  run_id run;
  std::chrono::milliseconds grace{0};
};

template <class Inspector>
bool inspect(Inspector& f, cancel_solvers& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("grace", x.grace));
}

/// From the controller to a node: the run is over, let its solvers go. Other workers take their
/// places. Sent without waiting for an answer.
struct close_run {
  run_id run;
};

template <class Inspector>
bool inspect(Inspector& f, close_run& x) {
  return f.object(x).fields(f.field("run", x.run));
}

/// From the controller, or the node's owner: stop all workers, then the node itself. Answered, with
/// nothing, when the workers have ended.
struct stop_node {};

template <class Inspector>
bool inspect(Inspector& f, stop_node& x) {
  return f.object(x).fields();
}

} // namespace lockstep
