#pragma once

#include "actors/wire/blob_inspect.hpp"
#include "actors/wire/history_query.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/json_text.hpp"
#include "actors/wire/model_reference.hpp"
#include "actors/wire/packed_json.hpp"
#include "actors/wire/placed_solver.hpp"

#include <lockstep/blob.hpp>
#include <lockstep/driver.hpp>
#include <lockstep/error.hpp>
#include <lockstep/json.hpp>
#include <lockstep/solver.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Every message between Lockstep's actors. Who sends which, and what is answered, stands with the
/// interfaces in handles.hpp.

namespace lockstep {

template <class Inspector>
bool inspect(Inspector& f, step_kind& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t number) {
    if (number > static_cast<std::uint8_t>(step_kind::reduce))
      return false;
    x = static_cast<step_kind>(number);
    return true;
  };
  return f.apply(get, set);
}

template <class Inspector>
bool inspect(Inspector& f, step_failure& x) {
  return f.object(x).fields(f.field("step", x.step), f.field("solver", x.solver),
                            f.field("node", x.node), f.field("type", x.type),
                            f.field("text", x.text), f.field("log", x.log),
                            f.field("signal", x.signal), f.field("exit_code", x.exit_code));
}

/// Construct a solver for its seat.
struct prepare_solver {
  run_id run;
  model_reference model;
  std::uint64_t index = 0;
  std::uint64_t count = 0;
  std::uint64_t seed = 0;
  packed_json parameters;
  std::uint64_t payload_limit = 0;
};

template <class Inspector>
bool inspect(Inspector& f, prepare_solver& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("model", x.model),
                            f.field("index", x.index), f.field("count", x.count),
                            f.field("seed", x.seed), f.field("parameters", x.parameters),
                            f.field("payload_limit", x.payload_limit));
}

/// Run one step on one or (map) several arguments, one after another.
struct solver_task {
  run_id run;
  std::uint64_t number = 0; ///< the step's number in its run, from 1
  std::string key;
  std::string name;
  std::vector<blob> arguments;
};

template <class Inspector>
bool inspect(Inspector& f, solver_task& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("number", x.number),
                            f.field("key", x.key), f.field("name", x.name),
                            f.field("arguments", x.arguments));
}

/// What became of a solver_task or a combine_task: an answer for each argument, or what was thrown.
struct solver_answer {
  std::vector<blob> answers;
  bool thrown = false;
  std::string type;
  std::string text;
  double seconds = 0;     ///< by the wall clock
  double cpu_seconds = 0; ///< of the solver's own thread
};

template <class Inspector>
bool inspect(Inspector& f, solver_answer& x) {
  return f.object(x).fields(f.field("answers", x.answers), f.field("thrown", x.thrown),
                            f.field("type", x.type), f.field("text", x.text),
                            f.field("seconds", x.seconds), f.field("cpu_seconds", x.cpu_seconds));
}

template <class Inspector>
bool inspect(Inspector& f, slice& x) {
  return f.object(x).fields(f.field("index", x.index), f.field("count", x.count));
}

/// Combine the answers of a reduce into one, or into a slice of it.
struct combine_task {
  run_id run;
  std::string operation;
  std::vector<blob> answers;
  slice wanted;
};

template <class Inspector>
bool inspect(Inspector& f, combine_task& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("operation", x.operation),
                            f.field("answers", x.answers), f.field("wanted", x.wanted));
}

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

/// How far a solver is, as its worker's front sees it at this moment.
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

/// A worker came up or is gone.
struct worker_change {
  std::uint32_t slot = 0;
  std::int64_t pid = 0;
  bool up = false;
  std::string reason; ///< why it is gone
};

template <class Inspector>
bool inspect(Inspector& f, worker_change& x) {
  return f.object(x).fields(f.field("slot", x.slot), f.field("pid", x.pid), f.field("up", x.up),
                            f.field("reason", x.reason));
}

/// Told by whoever starts workers once a worker's process has ended.
struct worker_exit {
  std::uint32_t slot = 0;
  std::int64_t pid = 0;
  std::string text; ///< "was killed by signal 11 (Segmentation fault)"
  std::optional<int> signal;
  std::optional<int> exit_code;
  std::string log; ///< the last lines that it printed
};

template <class Inspector>
bool inspect(Inspector& f, worker_exit& x) {
  return f.object(x).fields(f.field("slot", x.slot), f.field("pid", x.pid), f.field("text", x.text),
                            f.field("signal", x.signal), f.field("exit_code", x.exit_code),
                            f.field("log", x.log));
}

/// What a worker printed.
struct worker_output {
  std::uint32_t slot = 0;
  std::string text;
};

template <class Inspector>
bool inspect(Inspector& f, worker_output& x) {
  return f.object(x).fields(f.field("slot", x.slot), f.field("text", x.text));
}

/// The newest part of a slot's captured output.
struct output_tail {
  std::string text;
  std::uint64_t dropped_bytes = 0; ///< older bytes that are no longer kept
};

template <class Inspector>
bool inspect(Inspector& f, output_tail& x) {
  return f.object(x).fields(f.field("text", x.text), f.field("dropped_bytes", x.dropped_bytes));
}

/// What a transfer brings.
enum class transfer_kind : std::uint8_t {
  payload, ///< one large payload
  pack,    ///< the small ones of a message, see rules/packing.hpp
  library  ///< a model's library
};

template <class Inspector>
bool inspect(Inspector& f, transfer_kind& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t number) {
    x = static_cast<transfer_kind>(number);
    return number <= static_cast<std::uint8_t>(transfer_kind::library);
  };
  return f.apply(get, set);
}

/// A piece of bytes that go to another machine ahead of the message that names them. A sender's
/// transfers follow one another, and so do the pieces of each.
struct payload_piece {
  run_id run;
  std::uint64_t transfer = 0; ///< from 1, never used twice by a sender
  transfer_kind kind = transfer_kind::payload;
  std::uint64_t total = 0; ///< bytes of the transfer
  std::uint64_t offset = 0;
  blob bytes;
};

template <class Inspector>
bool inspect(Inspector& f, payload_piece& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("transfer", x.transfer),
                            f.field("kind", x.kind), f.field("total", x.total),
                            f.field("offset", x.offset), f.field("bytes", x.bytes));
}

/// A node introduces itself.
struct node_description {
  std::string host;
  std::int64_t pid = 0;
  std::string version;
  std::uint32_t abi = 0;
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

/// How a node's machine is doing at the moment.
struct node_pulse {
  double load = 0; ///< runnable threads, mean of the last minute
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_available_bytes = 0;
  std::uint64_t processors = 0;
  std::int64_t clock_ns = 0; ///< its system clock when it answered, since 1970
};

template <class Inspector>
bool inspect(Inspector& f, node_pulse& x) {
  return f.object(x).fields(f.field("load", x.load), f.field("memory_bytes", x.memory_bytes),
                            f.field("memory_available_bytes", x.memory_available_bytes),
                            f.field("processors", x.processors), f.field("clock_ns", x.clock_ns));
}

/// A node's share of a run: some of its `total` solvers, each in a slot of its own.
struct prepare_run {
  run_id run;
  model_reference model;
  std::vector<placed_solver> solvers; ///< in order of their indices
  std::uint64_t total = 0;
  std::uint64_t seed = 0;
  packed_json parameters;
  std::uint64_t payload_limit = 0;
};

template <class Inspector>
bool inspect(Inspector& f, prepare_run& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("model", x.model),
                            f.field("solvers", x.solvers), f.field("total", x.total),
                            f.field("seed", x.seed), f.field("parameters", x.parameters),
                            f.field("payload_limit", x.payload_limit));
}

/// A node's share of a step.
struct node_step {
  run_id run;
  std::uint64_t number = 0;
  step_kind kind = step_kind::broadcast;
  std::string key;
  std::string name;
  std::string operation;
  std::uint64_t chunk = 0;
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

/// The joined answers of a node's solvers, or the failure of the lowest index. Nothing where the
/// step was stopped because it had failed elsewhere.
struct node_answer {
  std::vector<blob> answers;
  std::vector<double> solver_seconds;
  double reduce_seconds = 0; ///< combining the answers
  std::optional<step_failure> failed;
  bool broken = false; ///< and no later step of the run can succeed
};

template <class Inspector>
bool inspect(Inspector& f, node_answer& x) {
  return f.object(x).fields(f.field("answers", x.answers),
                            f.field("solver_seconds", x.solver_seconds),
                            f.field("reduce_seconds", x.reduce_seconds),
                            f.field("failed", x.failed), f.field("broken", x.broken));
}

/// How a plan's thread spent the time since the last step, or since the plan began, in seconds.
struct plan_time {
  double plan = 0;   ///< in the plan's own code
  double reduce = 0; ///< combining what the nodes had combined
};

template <class Inspector>
bool inspect(Inspector& f, plan_time& x) {
  return f.object(x).fields(f.field("plan", x.plan), f.field("reduce", x.reduce));
}

/// A step as a plan asks for it.
struct plan_call {
  run_id run;
  step_call step;
  plan_time before{};
};

template <class Inspector>
bool inspect(Inspector& f, step_call& x) {
  std::optional<std::int64_t> limit;
  if (x.time_limit)
    limit = x.time_limit->count();
  const bool ok =
      f.object(x).fields(f.field("kind", x.kind), f.field("key", x.key), f.field("name", x.name),
                         f.field("arguments", x.arguments), f.field("operation", x.operation),
                         f.field("chunk", x.chunk), f.field("time_limit_ms", limit));
  if constexpr (Inspector::is_loading)
    if (limit)
      x.time_limit = std::chrono::milliseconds{*limit};
  return ok;
}

template <class Inspector>
bool inspect(Inspector& f, plan_call& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("step", x.step),
                            f.field("before", x.before));
}

/// What the plan gets back: answers, a failure, or the word that the run is cancelled.
struct plan_answer {
  std::vector<blob> answers;
  std::optional<step_failure> failed;
  bool cancelled = false;
};

template <class Inspector>
bool inspect(Inspector& f, plan_answer& x) {
  return f.object(x).fields(f.field("answers", x.answers), f.field("failed", x.failed),
                            f.field("cancelled", x.cancelled));
}

/// How a plan ended, told by its own thread.
struct plan_ended {
  run_id run;
  enum class ending : std::uint8_t { returned, failed, cancelled };
  ending how = ending::returned;
  json_text result;
  step_failure failed; ///< set where it failed
  plan_time before;
};

template <class Inspector>
bool inspect(Inspector& f, plan_ended& x) {
  auto how = static_cast<std::uint8_t>(x.how);
  const bool ok =
      f.object(x).fields(f.field("run", x.run), f.field("how", how), f.field("result", x.result),
                         f.field("failed", x.failed), f.field("before", x.before));
  x.how = static_cast<plan_ended::ending>(how);
  return ok;
}

/// What a person or program wants to be run; parameters are checked already.
struct run_request {
  model_reference model;
  packed_json parameters;    ///< packed before, where that may take its time
  std::uint64_t solvers = 0; ///< 0 for all
  std::uint64_t seed = 0;
  std::int64_t cancel_grace_ms = 0;   ///< 0 for the default
  std::uint64_t solvers_per_node = 0; ///< at most so many on each; 0 for all its places
  bool push_models = false;           ///< send the model's library to machines that lack it
  bool wait_for_nodes = false;        ///< until there are places for all its solvers
};

template <class Inspector>
bool inspect(Inspector& f, run_request& x) {
  return f.object(x).fields(
      f.field("model", x.model), f.field("parameters", x.parameters), f.field("solvers", x.solvers),
      f.field("seed", x.seed), f.field("cancel_grace_ms", x.cancel_grace_ms),
      f.field("solvers_per_node", x.solvers_per_node), f.field("push_models", x.push_models),
      f.field("wait_for_nodes", x.wait_for_nodes));
}

/// Something that happened, for whoever watches: the kinds and their members stand in
/// docs/json-api.md.
struct event {
  std::string kind;
  run_id run; ///< 0 where it belongs to no run
  json members;
  json_text report{}; ///< of that kind one more member, which may be large
};

template <class Inspector>
bool inspect(Inspector& f, event& x) {
  return f.object(x).fields(f.field("kind", x.kind), f.field("run", x.run),
                            f.field("members", x.members), f.field("report", x.report));
}

struct history_view;

/// What a question about the history found; it never leaves the process. See history_view.hpp.
struct history_found {
  std::shared_ptr<const history_view> view;
};

template <class Inspector>
bool inspect(Inspector& f, history_found&) {
  auto get = [] { return std::string{"a view of the history"}; };
  auto set = [](const std::string&) { return false; };
  return f.apply(get, set);
}

} // namespace lockstep
