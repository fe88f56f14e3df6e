// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/blob_inspect.hpp"
#include "actors/wire/ids.hpp"
#include "actors/wire/json_text.hpp"
#include "actors/wire/step_messages.hpp"

#include <lockstep/blob.hpp>
#include <lockstep/driver.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Plan to controller: do a step; a report; the plan is over. A plan in a process of its own speaks
/// through plan_frames.hpp, and an actor in the head (plan_link) passes on what it says.

namespace lockstep {

/// Controller to plan: what is wanted of it from now on. Not answered.
enum class plan_order : std::uint8_t {
  go_on,   ///< nothing else
  stop,    ///< its run is cancelled
  given_up ///< it did not stop in time: its run is over, and nothing counts that it does
};

/// How a plan's thread spent the time since the last step, or since the plan began, in seconds.
struct plan_time {
  double plan = 0;   ///< in the plan's own code
  double reduce = 0; ///< combining what the nodes had combined
  /// In the first of a plan, when it began, and in the last, when it returned: nanoseconds of
  /// the steady clock of its machine, which is the controller's. To start and to end its process is
  /// part of neither.
  std::optional<std::int64_t> began_ns{};
  std::optional<std::int64_t> returned_ns{};
};

template <class Inspector>
bool inspect(Inspector& f, plan_time& x) {
  return f.object(x).fields(f.field("plan", x.plan), f.field("reduce", x.reduce),
                            f.field("began_ns", x.began_ns), f.field("returned_ns", x.returned_ns));
}

/// Plan to controller: do this step. Answered with plan_answer at its barrier. A plan has one call
/// under way; a second is answered as cancelled. While the run is paused, it waits.
struct plan_call {
  run_id run;
  step_call step;
  plan_time before{}; ///< since the last step
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

/// Controller to plan, to plan_call: answers, a failure, or the word that the run is cancelled.
struct plan_answer {
  /// In order of solvers, of a map of items. Of a reduce the pieces that the nodes have combined,
  /// which the plan's side combines into one.
  std::vector<blob> answers;
  std::optional<step_failure> failed; ///< then there are no answers
  bool cancelled = false;             ///< likewise
};

template <class Inspector>
bool inspect(Inspector& f, plan_answer& x) {
  return f.object(x).fields(f.field("answers", x.answers), f.field("failed", x.failed),
                            f.field("cancelled", x.cancelled));
}

/// To the controller: how a plan ended, told by its own thread, or by the plan_link of a process
/// that ended without a word (types "plan_died", "plan_cannot_start"). The last of a plan. Not
/// answered.
struct plan_ended {
  run_id run;
  enum class ending : std::uint8_t { returned, failed, cancelled };
  ending how = ending::returned; ///< cancelled: it let run_cancelled out
  json_text result;              ///< that it returned; else null
  step_failure failed;           ///< set where it failed
  plan_time before;              ///< since the last step
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

/// To a plan_link: how the process of its plan ended, told by whoever started it. Not answered.
struct plan_process_exit {
  std::string text;               ///< behind "the plan's process", as "ended with exit code 3"
  bool was_started = true;        ///< false: it could not be, for the reason in the text
  std::optional<int> signal{};    ///< that ended it
  std::optional<int> exit_code{}; ///< or this
  std::string log{};              ///< the last that it printed
};

template <class Inspector>
bool inspect(Inspector& f, plan_process_exit& x) {
  return f.object(x).fields(f.field("text", x.text), f.field("was_started", x.was_started),
                            f.field("signal", x.signal), f.field("exit_code", x.exit_code),
                            f.field("log", x.log));
}

template <class Inspector>
bool inspect(Inspector& f, plan_order& x) {
  auto get = [&x] { return static_cast<std::uint8_t>(x); };
  auto set = [&x](std::uint8_t value) {
    x = static_cast<plan_order>(value);
    return value <= static_cast<std::uint8_t>(plan_order::given_up);
  };
  return f.apply(get, set);
}

} // namespace lockstep
