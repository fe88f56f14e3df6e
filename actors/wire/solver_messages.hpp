// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/blob_inspect.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/model_reference.hpp"
#include "actors/wire/packed_json.hpp"
#include "actors/wire/step_messages.hpp"

#include <lockstep/blob.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Node to worker: construct a solver, run a step, combine answers, and what became of it; stop,
/// and destroy the solver. The proxy hands them on; work is answered with solver_answer, and no
/// error of ours comes.

namespace lockstep {

/// Node to worker: construct a solver for its seat, in place of the one before. Answered with one
/// empty blob, or what was thrown.
struct prepare_solver {
  run_id run;
  model_reference model;   ///< on a node of another machine with the path that the file has there
  std::uint64_t index = 0; ///< of the solver in its run, 0 … count-1
  std::uint64_t count = 0; ///< solvers of the run
  std::uint64_t seed = 0;  ///< the solver's own
  packed_json parameters;
  std::uint64_t payload_limit = 0; ///< bytes of one answer
};

template <class Inspector>
bool inspect(Inspector& f, prepare_solver& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("model", x.model),
                            f.field("index", x.index), f.field("count", x.count),
                            f.field("seed", x.seed), f.field("parameters", x.parameters),
                            f.field("payload_limit", x.payload_limit));
}

/// Node to worker: run one step on one or (map) several arguments, one after another, until one
/// throws.
struct solver_task {
  run_id run;
  std::uint64_t number = 0; ///< the step's number in its run, from 1
  std::string key;          ///< which member function, see step_call
  std::string name;         ///< for people
  std::vector<blob> arguments;
};

template <class Inspector>
bool inspect(Inspector& f, solver_task& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("number", x.number),
                            f.field("key", x.key), f.field("name", x.name),
                            f.field("arguments", x.arguments));
}

/// Worker to node: what became of a prepare_solver, solver_task or combine_task: an answer for each
/// argument (of a combine_task one), or what was thrown. A worker keeps answers in shared memory
/// until its next task.
struct solver_answer {
  std::vector<blob> answers; ///< none where it has thrown
  bool thrown = false;
  std::string type;       ///< of what was thrown, see failure
  std::string text;       ///< likewise
  double seconds = 0;     ///< by the wall clock
  double cpu_seconds = 0; ///< of the solver's own thread
};

template <class Inspector>
bool inspect(Inspector& f, solver_answer& x) {
  return f.object(x).fields(f.field("answers", x.answers), f.field("thrown", x.thrown),
                            f.field("type", x.type), f.field("text", x.text),
                            f.field("seconds", x.seconds), f.field("cpu_seconds", x.cpu_seconds));
}

/// Node to worker: combine the answers of a reduce into one, or into a slice of it.
struct combine_task {
  run_id run;
  std::string operation;     ///< the combining function, see step_call
  std::vector<blob> answers; ///< of solvers that follow one another, in their order
  slice wanted;
};

template <class Inspector>
bool inspect(Inspector& f, combine_task& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("operation", x.operation),
                            f.field("answers", x.answers), f.field("wanted", x.wanted));
}

/// From the node to the proxy: let `cancelled()` be true in all steps of the run up to this number,
/// also in the one that is under way. Sent without waiting for an answer.
struct stop_solver {
  run_id run;
  std::uint64_t up_to_number = 0;
};

template <class Inspector>
bool inspect(Inspector& f, stop_solver& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("up_to_number", x.up_to_number));
}

/// From the node to the proxy, and from it to the solver actor: the run is over, destroy the
/// solver. Answered, with nothing, when that is done.
struct destroy_solver {};

template <class Inspector>
bool inspect(Inspector& f, destroy_solver& x) {
  return f.object(x).fields();
}

/// From the node to the proxy, and from it to the solver actor: the next run may want this library,
/// load it ahead. Sent without waiting for an answer: that it cannot be loaded is told when it is
/// asked for.
struct preload_library {
  model_reference model;
};

template <class Inspector>
bool inspect(Inspector& f, preload_library& x) {
  return f.object(x).fields(f.field("model", x.model));
}

} // namespace lockstep
