// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/node_parts.hpp"

#include <lockstep/blob.hpp>
#include <lockstep/driver.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What happens to a node. A `request` is a number that whoever asks has given: the answer names
/// it.
namespace lockstep::node_events {

/// Workers can be started. Once, the first of all.
struct opened {};

/// The controller has given this node a name ("n1"): changes can be told to it.
struct named {
  std::string node;
};

struct worker_joined {
  worker_key worker;
};

/// Nothing reaches the worker any more, whether or not its process lives.
struct worker_unreachable {
  worker_key worker;
};

/// A worker's process has ended. Told once of each that was started.
struct worker_ended {
  worker_key worker; ///< pid 0 where it could not be started
  std::string text;  ///< "was killed by signal 11 (Segmentation fault)"
  std::optional<int> signal;
  std::optional<int> exit_code;
  std::string log; ///< the last lines that it printed
};

/// The worker's solver is destroyed, or it cannot be asked for that.
struct solver_destroyed {
  worker_key worker;
};

/// What `end_leftovers` asked for is done.
struct nothing_left {};

/// Construct the solvers of a run. A run that is here already is closed first.
struct run_asked {
  std::uint64_t request = 0;
  run_part part;
};

/// The outcome of `find_library`.
struct library_searched {
  run_id run;
  std::uint64_t search = 0;
  std::string path; ///< empty where it is not here
  std::string why;  ///< it is not
};

struct step_asked {
  std::uint64_t request = 0;
  run_id run;
  std::uint64_t number = 0; ///< from 1
  step_kind kind = step_kind::broadcast;
  std::shared_ptr<const step_text> text;
  std::size_t chunk = 0;          ///< of a map; 0 lets the join choose
  std::vector<blob> arguments;    ///< one for all, one per solver of the part, or the items
  std::int64_t time_limit_ms = 0; ///< 0 for none, else above 0
  bool watched = false;           ///< each solver's barrier is to be told
};

/// A worker's answer to a hand-out: a blob for each argument, or what was thrown.
struct task_answered {
  task_identity task;
  std::vector<blob> answers;
  bool thrown = false;
  std::string type;
  std::string text;
  double seconds = 0; ///< computing, by the worker's clock
};

/// Ask the run's solvers to stop; kill those that still compute after the grace.
struct cancel_asked {
  run_id run;
  std::chrono::milliseconds grace{};
};

/// Steps up to this number have failed elsewhere.
struct stop_asked {
  run_id run;
  std::uint64_t up_to_number = 0;
};

/// The run is over.
struct run_closed {
  run_id run;
};

/// End all workers, then the node.
struct stop_asked_of_node {
  std::uint64_t request = 0;
};

/// The time of the last `wake_at` has come. One too early or for nothing does no harm.
struct time_came {};

} // namespace lockstep::node_events

namespace lockstep {

using node_engine_event =
    std::variant<node_events::task_answered, node_events::step_asked, node_events::time_came,
                 node_events::opened, node_events::named, node_events::worker_joined,
                 node_events::worker_unreachable, node_events::worker_ended,
                 node_events::solver_destroyed, node_events::nothing_left, node_events::run_asked,
                 node_events::library_searched, node_events::cancel_asked, node_events::stop_asked,
                 node_events::run_closed, node_events::stop_asked_of_node>;

} // namespace lockstep
