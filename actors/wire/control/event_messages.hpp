// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/metrics.hpp"
#include "actors/wire/control/states.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/json_text.hpp"
#include "actors/wire/step_messages.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

/// Controller to observers: what happens, in the order in which the controller has it. Of which
/// run, the event says that it is part of. Not answered.

namespace lockstep {

namespace events {

/// A run was asked for and taken.
struct run_queued {
  std::string model; ///< its name
};

/// The run is in another state, and not over.
struct run_changed {
  run_state state = run_state::queued; ///< starting, running, paused or cancelling
};

/// All solvers stand, the plan begins.
struct run_started {
  std::uint64_t solvers = 0; ///< that it has
};

/// The last event of a run.
struct run_finished {
  run_state state = run_state::done;    ///< done, failed or cancelled
  std::optional<step_failure> failed{}; ///< why; of a cancelled one where it has a failure too
};

/// Events of single steps come thousands of times a second, and only to those who want them.
struct step_started {
  std::uint64_t number = 0; ///< in its run, from 1
  std::string name;
  std::string kind; ///< "broadcast", "scatter", "map" or "reduce"
};

/// Of single steps: one solver reached the barrier, or has thrown. In a map it comes for each chunk
/// of items that a solver has worked off.
struct solver_answered {
  std::uint64_t number = 0; ///< of the step
  std::uint64_t solver = 0; ///< its index in the run
  double seconds = 0;       ///< that it computed
};

/// Of single steps: all solvers have answered, or the step has failed.
struct step_finished {
  step_metrics metrics;
  std::optional<step_failure> failed{}; ///< as the plan is told; none where the run is cancelled
};

/// How far a solver is in its step; of each solver at most ten a second.
struct progress {
  std::uint64_t number = 0; ///< of the step
  std::uint64_t solver = 0; ///< its index in the run
  double fraction = 0;      ///< from 0 to 1
  std::string note;
};

/// The plan told something to whoever watches.
struct report {
  std::uint64_t number = 0; ///< counted from 0
  json_text value{};        ///< of one that is too large, how large it was
};

/// A solver printed something; of a burst the last 16 KiB.
struct log {
  std::uint64_t solver = 0; ///< its position in the list of all solvers
  std::string text;
};

/// A node has joined.
struct node_up {
  node_number node{};
  std::string name{};        ///< of its certificate; empty on the head's machine
  std::string host{};        ///< name of its machine
  std::uint64_t solvers = 0; ///< places that it has
};

/// It is to go, at once or at the next barrier of each of its runs.
struct node_draining {
  node_number node{};
  std::string name{};
};

/// A node is gone.
struct node_down {
  node_number node{};
  std::string name{};
  std::string host{};
  bool left = false; ///< as it was told to; else it was lost
};

/// A worker has come up.
struct worker_up {
  node_number node{};
  std::uint32_t slot = 0;
  std::int64_t pid = 0;
};

/// A worker has ended, also where its run is over and a fresh one takes its place.
struct worker_down {
  node_number node{};
  std::uint32_t slot = 0;
  std::int64_t pid = 0;
  std::string reason{}; ///< for people
};

template <class Inspector>
bool inspect(Inspector& f, run_queued& x) {
  return f.object(x).fields(f.field("model", x.model));
}

template <class Inspector>
bool inspect(Inspector& f, run_changed& x) {
  return f.object(x).fields(f.field("state", x.state));
}

template <class Inspector>
bool inspect(Inspector& f, run_started& x) {
  return f.object(x).fields(f.field("solvers", x.solvers));
}

template <class Inspector>
bool inspect(Inspector& f, run_finished& x) {
  return f.object(x).fields(f.field("state", x.state), f.field("failed", x.failed));
}

template <class Inspector>
bool inspect(Inspector& f, step_started& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("name", x.name),
                            f.field("kind", x.kind));
}

template <class Inspector>
bool inspect(Inspector& f, solver_answered& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("solver", x.solver),
                            f.field("seconds", x.seconds));
}

template <class Inspector>
bool inspect(Inspector& f, step_finished& x) {
  return f.object(x).fields(f.field("figures", x.metrics), f.field("failed", x.failed));
}

template <class Inspector>
bool inspect(Inspector& f, progress& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("solver", x.solver),
                            f.field("fraction", x.fraction), f.field("note", x.note));
}

template <class Inspector>
bool inspect(Inspector& f, report& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("value", x.value));
}

template <class Inspector>
bool inspect(Inspector& f, log& x) {
  return f.object(x).fields(f.field("solver", x.solver), f.field("text", x.text));
}

template <class Inspector>
bool inspect(Inspector& f, node_up& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("name", x.name),
                            f.field("host", x.host), f.field("solvers", x.solvers));
}

template <class Inspector>
bool inspect(Inspector& f, node_draining& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("name", x.name));
}

template <class Inspector>
bool inspect(Inspector& f, node_down& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("name", x.name),
                            f.field("host", x.host), f.field("left", x.left));
}

template <class Inspector>
bool inspect(Inspector& f, worker_up& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("slot", x.slot),
                            f.field("pid", x.pid));
}

template <class Inspector>
bool inspect(Inspector& f, worker_down& x) {
  return f.object(x).fields(f.field("node", x.node), f.field("slot", x.slot), f.field("pid", x.pid),
                            f.field("reason", x.reason));
}

} // namespace events

/// Something that happened.
struct event {
  using kinds = std::variant<events::progress, events::report, events::log, events::run_queued,
                             events::run_changed, events::run_started, events::run_finished,
                             events::step_started, events::solver_answered, events::step_finished,
                             events::node_up, events::node_draining, events::node_down,
                             events::worker_up, events::worker_down>;
  run_id run{}; ///< 0 where it belongs to no run
  kinds what{};
};

namespace detail {

/// The alternative of a variant that has this index, for CAF 0.18, which knows no std::variant.
struct chosen_kind {
  event::kinds& of;
  const std::uint8_t& index;

  template <std::size_t... Indices>
  bool emplace(std::index_sequence<Indices...>) {
    return ((index == Indices && (of.emplace<Indices>(), true)) || ...);
  }
};

template <class Inspector>
bool inspect(Inspector& f, chosen_kind& x) {
  if constexpr (Inspector::is_loading)
    if (!x.emplace(std::make_index_sequence<std::variant_size_v<event::kinds>>{}))
      return false;
  return std::visit([&f](auto& what) { return f.apply(what); }, x.of);
}

} // namespace detail

template <class Inspector>
bool inspect(Inspector& f, event& x) {
  auto index = static_cast<std::uint8_t>(x.what.index());
  detail::chosen_kind chosen{x.what, index};
  return f.object(x).fields(f.field("run", x.run), f.field("kind", index), f.field("what", chosen));
}

} // namespace lockstep
