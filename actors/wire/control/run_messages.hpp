// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/metrics.hpp"
#include "actors/wire/control/states.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/json_text.hpp"
#include "actors/wire/model_reference.hpp"
#include "actors/wire/packed_json.hpp"
#include "actors/wire/step_messages.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// To the controller, from control or a program that embeds it: runs that are wanted, what they are
/// at this moment, and what came of them. Above each request stands what it is answered with, and
/// the errors of category errc that may come.

namespace lockstep {

/// Queue a run. The parameters are taken as they are: nobody checks them against the model's
/// description or fills defaults in. Whether there is such a model is found out when its solvers
/// are constructed: the run fails if not. Answered with run_info. Errors shutting_down;
/// limit_exceeded with a sentence where limits::queued_runs wait, or their parameters would take
/// more than half of the history's bytes; and no_solvers with a sentence where there can never be
/// as many as it asks for.
struct start_run {
  model_reference model{};   ///< of one that is compiled in, the name is enough
  packed_json parameters{};  ///< packed before, where that may take its time
  std::uint64_t solvers = 0; ///< 0 for all places, of which each must be free then
  std::uint64_t seed = 0;    ///< any number, taken as it is; none is drawn here
  /// Of a cancel that names none. 0 for limits::cancel_grace; a plan has 1 s at least.
  std::int64_t cancel_grace_ms = 0;
  std::uint64_t solvers_per_node = 0; ///< at most so many on each; 0 for all its places
  bool push_models = false;           ///< send the model's library to machines that lack it
  bool wait_for_nodes = false;        ///< until there are places for all its solvers
};

/// Hold the run's next step back until it is resumed; the one under way ends, and the plan's own
/// code goes on. Answered with run_info. Errors no_such_run, and wrong_state with a sentence where
/// it is not running.
struct pause_run {
  run_id run{};
};

/// Let a paused run go on. Answered with run_info. Errors no_such_run, and wrong_state with a
/// sentence where it is not paused.
struct resume_run {
  run_id run{};
};

/// Ask a run's steps and its plan to stop. Workers that still compute after the grace are killed,
/// and a plan that has not returned is given up. Answered with run_info, at once: the run is over
/// later, unless it was queued. Errors no_such_run, and wrong_state with a sentence where it is
/// over or being cancelled already.
struct cancel_run {
  run_id run{};
  /// None for the run's own. Of steps from now on, 0 kills at once; of the plan from now on or from
  /// the end of the step under way, at least 1 s.
  std::optional<std::chrono::milliseconds> grace{};
  std::string why = "a program asked for that"; ///< for people: it goes behind "because"
};

/// A run as it is now. Answered with run_info. Error no_such_run.
struct get_run {
  run_id run{};
};

/// Runs in the order in which they were queued, as far as they are kept. Answered with run_list, no
/// errors.
struct list_runs {
  std::uint64_t from = 0; ///< the number of the first: that in its id
  /// At most so many; here and below.
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
};

/// What came of a run, once it is over. Answered with run_result. Errors no_such_run, and
/// not_finished where it is not over after `wait`.
struct get_result {
  run_id run{};
  std::chrono::milliseconds wait{0}; ///< at 0 or less the answer comes at once
};

/// Answered, with nothing, once the run is over. Error no_such_run.
struct await_run {
  run_id run{};
};

/// Steps of a run that are over. Answered with step_list. Error no_such_run.
struct list_steps {
  run_id run{};
  std::uint64_t from = 0; ///< 0 for the first, whose number is 1
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
};

/// What the plan of a run reported. Answered with report_list. Error no_such_run.
struct list_reports {
  run_id run{};
  std::uint64_t from = 0; ///< the number of the first, counted from 0 over all that there were
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
};

/// Which step is under way.
struct step_info {
  std::uint64_t number = 0; ///< in its run, from 1
  std::string name;
  std::string kind; ///< "broadcast", "scatter", "map" or "reduce"
};

/// Where a queued run stands.
struct queue_place {
  std::uint64_t place = 0; ///< counted from 1
  run_id waits_for{};      ///< the oldest that is under way; 0 where none is, so for a node
};

/// A run as it is at one moment. What is large in it is shared, so that a copy costs little.
struct run_info {
  using time = std::chrono::system_clock::time_point;

  run_id run{};
  std::string model{}; ///< its name
  run_state state = run_state::queued;
  packed_json parameters{};
  std::uint64_t seed = 0;
  std::uint64_t solvers = 0;        ///< that it got; before, that it asks for (0 for all)
  std::vector<node_number> nodes{}; ///< where it got places; none before, and once it is over
  time queued_at{};
  std::optional<time> started_at{};     ///< when it got its places
  std::optional<time> finished_at{};    ///< none until it is over
  std::optional<step_info> step{};      ///< under way
  std::uint64_t steps = 0;              ///< that are over, those given up since included
  std::uint64_t reports = 0;            ///< of its plan so far, likewise
  run_metrics metrics{};                ///< so far
  std::optional<step_failure> failed{}; ///< why; a run that was cancelled may have a failure too
  std::string why_cancelled{};          ///< behind "because"; empty unless somebody wanted that
  std::optional<queue_place> queue{};   ///< while it waits; not in lists
};

/// The answer to list_runs.
struct run_list {
  std::vector<std::shared_ptr<const run_info>> runs; ///< of those that do not change, shared
};

/// What came of a run that is over.
struct run_result {
  run_id run{};
  run_state state = run_state::done; ///< done, failed or cancelled
  std::uint64_t seed = 0;
  std::uint64_t solvers = 0; ///< that it got; if it never began, that it asked for
  run_metrics metrics{};
  std::optional<step_failure> failed{}; ///< as in run_info
  std::string why_cancelled{};          ///< likewise
  json_text result{};                   ///< that its plan returned, if cancelled too; else null
};

struct step_history;
struct report_history;

/// Steps of a run that are over: a view of the history, which costs nothing to take however many
/// there are, and may be read on any thread. See actors/controller/history_view.hpp. It never
/// leaves the process.
struct step_list {
  std::shared_ptr<const step_history> view;
};

/// The same of its reports.
struct report_list {
  std::shared_ptr<const report_history> view;
};

template <class Inspector>
bool inspect(Inspector& f, start_run& x) {
  return f.object(x).fields(
      f.field("model", x.model), f.field("parameters", x.parameters), f.field("solvers", x.solvers),
      f.field("seed", x.seed), f.field("cancel_grace_ms", x.cancel_grace_ms),
      f.field("solvers_per_node", x.solvers_per_node), f.field("push_models", x.push_models),
      f.field("wait_for_nodes", x.wait_for_nodes));
}

template <class Inspector>
bool inspect(Inspector& f, pause_run& x) {
  return f.object(x).fields(f.field("run", x.run));
}

template <class Inspector>
bool inspect(Inspector& f, resume_run& x) {
  return f.object(x).fields(f.field("run", x.run));
}

template <class Inspector>
bool inspect(Inspector& f, cancel_run& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("grace", x.grace),
                            f.field("why", x.why));
}

template <class Inspector>
bool inspect(Inspector& f, get_run& x) {
  return f.object(x).fields(f.field("run", x.run));
}

template <class Inspector>
bool inspect(Inspector& f, list_runs& x) {
  return f.object(x).fields(f.field("from", x.from), f.field("count", x.count));
}

template <class Inspector>
bool inspect(Inspector& f, get_result& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("wait", x.wait));
}

template <class Inspector>
bool inspect(Inspector& f, await_run& x) {
  return f.object(x).fields(f.field("run", x.run));
}

template <class Inspector>
bool inspect(Inspector& f, list_steps& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("from", x.from),
                            f.field("count", x.count));
}

template <class Inspector>
bool inspect(Inspector& f, list_reports& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("from", x.from),
                            f.field("count", x.count));
}

template <class Inspector>
bool inspect(Inspector& f, step_info& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("name", x.name),
                            f.field("kind", x.kind));
}

template <class Inspector>
bool inspect(Inspector& f, queue_place& x) {
  return f.object(x).fields(f.field("place", x.place), f.field("waits_for", x.waits_for));
}

template <class Inspector>
bool inspect(Inspector& f, run_info& x) {
  return f.object(x).fields(
      f.field("run", x.run), f.field("model", x.model), f.field("state", x.state),
      f.field("parameters", x.parameters), f.field("seed", x.seed), f.field("solvers", x.solvers),
      f.field("nodes", x.nodes), f.field("queued_at", x.queued_at),
      f.field("started_at", x.started_at), f.field("finished_at", x.finished_at),
      f.field("step", x.step), f.field("steps", x.steps), f.field("reports", x.reports),
      f.field("figures", x.metrics), f.field("failed", x.failed),
      f.field("why_cancelled", x.why_cancelled), f.field("queue", x.queue));
}

template <class Inspector>
bool inspect(Inspector& f, run_list& x) {
  auto get = [&x] {
    std::vector<run_info> all;
    for (const auto& run : x.runs)
      all.push_back(*run);
    return all;
  };
  auto set = [&x](std::vector<run_info> all) {
    for (auto& run : all)
      x.runs.push_back(std::make_shared<const run_info>(std::move(run)));
    return true;
  };
  return f.apply(get, set);
}

template <class Inspector>
bool inspect(Inspector& f, run_result& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("state", x.state),
                            f.field("seed", x.seed), f.field("solvers", x.solvers),
                            f.field("figures", x.metrics), f.field("failed", x.failed),
                            f.field("why_cancelled", x.why_cancelled), f.field("result", x.result));
}

template <class Inspector>
bool inspect(Inspector& f, step_list&) {
  auto get = [] { return std::string{"a view of steps"}; };
  auto set = [](const std::string&) { return false; };
  return f.apply(get, set);
}

template <class Inspector>
bool inspect(Inspector& f, report_list&) {
  auto get = [] { return std::string{"a view of reports"}; };
  auto set = [](const std::string&) { return false; };
  return f.apply(get, set);
}

} // namespace lockstep
