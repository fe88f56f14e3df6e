// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/run/place_table.hpp"
#include "actors/rules/run/plan_patience.hpp"
#include "actors/rules/run/run_commands.hpp"
#include "actors/rules/run/run_fan_out.hpp"
#include "actors/rules/run/run_turn.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// One run from its placement to its end. What people see of it is run_machine.hpp's state; whose
/// turn it is, is this:
///
///                    ┌──────────────── barrier ─────────────────┐
///                    ▼                                          │
///  constructing ─► plan's turn ── call ─────────────────► step under way
///       │            │  ▲   └──── call, while paused ─► held ───┘ resume
///       │            │  └── cancel, or a node is lost ──┘
///       └─ failed ───┴── the plan is over, or is given up ─► over
///
/// Broken, it can do no step any more: each call is answered with the first cause.
///
/// Invariants:
///   RC-1  each call of the plan is answered once;
///   RC-2  an answer of a node counts for the step and the attempt that it names, and only while
///         that node is waited for;
///   RC-3  a failure on one node asks the solvers of all others to stop; where no further step can
///         succeed, in all steps, else in this one;
///   RC-4  it is over once, and then every node that it still has is told to let its solvers go;
///   RC-5  a plan that was told to stop has its grace from then on or from the end of the step that
///         is under way, and is given up after that.
class run_course {
public:
  /// `parts` in the order of their nodes' numbers, at least one.
  run_course(run_id run, const run_wish& wish, std::vector<run_block> parts);

  /// Has the solvers constructed. The first thing to happen.
  void construct(reaction& then);

  // What of run_events happens to it. Nothing follows where it comes too late; what a person asks
  // for and cannot have in this state is refused.
  void on(run_events::node_answered& what, reaction& then);
  void on(run_events::library_missing& what, reaction& then);
  void on(run_events::library_pushed& what, reaction& then);
  void on(run_events::plan_called& what, reaction& then);
  void on(run_events::plan_over& what, reaction& then);
  void on(run_events::pause_asked& what, reaction& then);
  void on(run_events::resume_asked& what, reaction& then);
  void on(run_events::cancel_asked& what, reaction& then);

  /// Also when it is told to stop already: the earlier end of both counts.
  void cancel(std::optional<std::chrono::milliseconds> grace, const std::string& why,
              reaction& then);

  /// The timer of the plan rang.
  void patience_over(reaction& then);

  /// A part of it is lost: its node is gone, or is told to leave, between two steps. `what` is the
  /// beginning of the sentence, before the names of the solvers that are lost.
  void lose_part(node_number node, std::string type, const std::string& what, reaction& then);

  [[nodiscard]] bool is_over() const { return std::holds_alternative<over>(turn_); }
  [[nodiscard]] bool is_between_steps() const {
    return std::holds_alternative<plans_turn>(turn_) || std::holds_alternative<held>(turn_);
  }
  /// Whose turn it is; none where it is over.
  [[nodiscard]] std::optional<run_turn> turn() const;
  /// The nodes that it has.
  [[nodiscard]] std::vector<node_number> nodes() const;

private:
  enum class library : std::uint8_t { unknown, on_its_way, sent };
  struct part : run_block {
    std::uint64_t attempt = 1; ///< of the construction, or of the step
    library pushed = library::unknown;
  };
  struct plans_turn {
    due_time since;

    /// Without what it took to start the plan.
    [[nodiscard]] due_time beginning(due_time now, const plan_spent& spent) const {
      return std::clamp(spent.began.value_or(since), since, now);
    }
    /// In seconds, without what it took to start and to end the plan.
    [[nodiscard]] double length(due_time now, const plan_spent& spent) const {
      const auto from = beginning(now, spent);
      const auto to = std::clamp(spent.returned.value_or(now), from, now);
      return std::chrono::duration<double>(to - from).count();
    }
  };
  struct held {
    run_events::plan_called asked;
    due_time since;
  };
  struct over {};

  /// The member that a node is in the fan-out that waits for it; none where it is late.
  std::optional<std::size_t> waited_for(node_number node, std::uint64_t number,
                                        std::uint64_t attempt, reaction& then) const;
  void begin_step(run_events::plan_called asked, reaction& then);
  void break_off(std::size_t member, node_number node, step_failure why, reaction& then);
  void stop_others(node_number but, std::uint64_t up_to_number, reaction& then);
  void finish_fan_out(reaction& then);
  void finish_step(std::uint64_t call, run_fan_out::result ended, reaction& then);
  void begin_plans_turn(reaction& then);
  void enter(run_event what, reaction& then, std::optional<step_failure> failed = {});
  void end(reaction& then);

  run_id run_;
  run_wish wish_;
  std::vector<part> parts_;
  std::uint64_t solvers_ = 0;
  std::uint64_t step_number_ = 0;      ///< of the newest step
  std::optional<due_time> plan_began_; ///< known from its first call on
  run_state state_ = run_state::starting;
  std::variant<run_fan_out, plans_turn, held, over> turn_;
  std::optional<step_failure> broken_; ///< why no further step can succeed
  plan_patience patience_;
};

} // namespace lockstep
