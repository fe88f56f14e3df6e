// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/deadlines.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace lockstep {

/// How long a plan is waited for that was told to stop: its code runs on a thread that nobody can
/// end. The plan has its grace from the moment on at which it is told, or, where a step is under
/// way then, from the end of that step, for which the nodes see to it.
class plan_patience {
public:
  /// A plan that stops at once needs a moment all the same, to return what it has.
  static constexpr std::chrono::milliseconds least{1'000};

  /// It is the plan's turn: it was begun, or its call was answered.
  void plans_turn(due_time now) { since_ = now; }

  /// The plan waits for a call.
  void solvers_turn() { since_.reset(); }

  /// The first grace counts, unless a later one is over earlier.
  void told_to_stop(due_time now, std::chrono::milliseconds grace) {
    grace = std::max(grace, least);
    if (told_ && deadline_after(*told_, grace_) <= deadline_after(now, grace))
      return;
    told_ = now;
    grace_ = grace;
  }

  /// When it is given up; none while it need not end.
  [[nodiscard]] std::optional<due_time> ends() const {
    if (!told_ || !since_)
      return std::nullopt;
    return deadline_after(std::max(*told_, *since_), grace_);
  }

  /// What it has or had.
  [[nodiscard]] std::chrono::milliseconds grace() const { return grace_; }

private:
  std::optional<due_time> since_; ///< none while it is the solvers' turn
  std::optional<due_time> told_;
  std::chrono::milliseconds grace_{0};
};

} // namespace lockstep
