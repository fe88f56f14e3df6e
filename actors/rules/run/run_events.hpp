// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/deadlines.hpp"
#include "actors/rules/places/run_admission.hpp"
#include "actors/wire/ids.hpp"

#include <lockstep/blob.hpp>
#include <lockstep/driver.hpp>
#include <lockstep/error.hpp>

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// What a run asks for, as far as the engine has to know.
struct run_wish {
  place_demand demand;
  std::chrono::milliseconds cancel_grace{}; ///< of a cancel that names none
  bool push_models = false; ///< send the model's library to other machines that lack it
};

/// A timer of the run engine. There is one of each name at most.
struct run_timer {
  enum class name : std::uint8_t {
    plan, ///< the plan of the run was told to stop, and has had its grace
    stop  ///< nodes and plans have had their time to stop; of no run
  };
  name what = name::plan;
  run_id run{};
  // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
  friend auto operator<=>(const run_timer&, const run_timer&) = default;
};

/// Seconds that a plan spent between two steps, by its own clock.
struct plan_spent {
  double plan = 0;                    ///< in its own code
  double reduce = 0;                  ///< combining what the nodes had combined
  std::optional<due_time> began{};    ///< told once: before that the plan was being started
  std::optional<due_time> returned{}; ///< told once: after that it was being ended
};

/// What can happen to the run engine.
namespace run_events {

/// A node introduces itself. Its number is new.
struct node_joined {
  node_number node;
  std::string name; ///< of its certificate; empty on the head's machine
  std::string host;
  std::size_t slots = 0;
  bool remote = false; ///< it shares no memory and no files with the head
};

/// Its process died, its link was closed, or it was silent for too long.
struct node_lost {
  node_number node;
};

/// The node of the head's machine cannot be started, for this reason, a sentence.
struct own_node_failed {
  std::string why;
};

/// A person wants a node to leave: "n2", or its name.
struct drain_asked {
  std::string node;
};

/// A run that the engine admits. Its number is new.
struct run_added {
  run_id run;
  run_wish wish;
};

struct pause_asked {
  run_id run;
};
struct resume_asked {
  run_id run;
};

struct cancel_asked {
  run_id run;
  std::optional<std::chrono::milliseconds> grace; ///< none for the run's own
  std::string why;                                ///< for people: it goes behind "because"
};

struct stop_asked {
  enum class manner : std::uint8_t {
    when_idle,     ///< once no run is queued or under way
    at_once,       ///< every run is cancelled
    at_once_alone, ///< so that nodes of other machines stay, and dial again
  };
  manner how = manner::at_once;
};

/// The plan asks for a step.
struct plan_called {
  run_id run;
  std::uint64_t call = 0; ///< a number of the controller's that names it
  step_call step;
  plan_spent before{}; ///< since the last one
};

/// The plan is over, or could not be begun.
struct plan_over {
  enum class ending : std::uint8_t { returned, failed, cancelled };
  run_id run;
  ending how = ending::returned;
  std::optional<step_failure> failed{};
  plan_spent before{};
};

/// A node answered what it was asked for: the construction of its solvers, which has number 0, or
/// its share of a step; or could not be asked. `failed` is the failure of its lowest solver.
struct node_answered {
  run_id run;
  node_number node;
  std::uint64_t number = 0;  ///< of the step
  std::uint64_t attempt = 1; ///< that is answered
  std::vector<blob> answers{};
  std::vector<double> solver_seconds{};
  double reduce_seconds = 0; ///< combining the answers
  std::optional<step_failure> failed{};
  bool broken = false; ///< and no later step of the run can succeed
};

/// The node has not the library of the run's model.
struct library_missing {
  run_id run;
  node_number node;
  std::uint64_t attempt = 1;
  std::string what; ///< which library and why: it goes behind "has not"
};

/// It was sent there, and is kept there.
struct library_pushed {
  run_id run;
  node_number node;
  std::uint64_t attempt = 1;
};

struct timer_rang {
  run_timer timer;
};

} // namespace run_events

using run_engine_event =
    std::variant<run_events::node_answered, run_events::plan_called, run_events::node_joined,
                 run_events::node_lost, run_events::own_node_failed, run_events::drain_asked,
                 run_events::run_added, run_events::pause_asked, run_events::resume_asked,
                 run_events::cancel_asked, run_events::stop_asked, run_events::plan_over,
                 run_events::library_missing, run_events::library_pushed, run_events::timer_rang>;

} // namespace lockstep
