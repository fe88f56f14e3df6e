#pragma once

#include "actors/rules/history/step_figures.hpp"

namespace lockstep {

/// Where the time of a run went, in seconds by the head's clock, from the start of its plan. The
/// parts add up to all of it but pauses, and a step that failed: what a solver did that did not
/// answer is not known. The runtime's share is transfer and reduce.
struct run_figures {
  double compute = 0;      ///< of steps: what the mean solver computed
  double barrier_wait = 0; ///< of steps: how much longer than that the slowest one took
  double reduce = 0;       ///< combining answers
  double transfer = 0;     ///< the rest of steps: messages, copies, wake-ups
  double plan = 0;         ///< the plan's own code between steps

  void add(const step_figures& step);

  /// So many seconds between two steps, of which the plan's thread says that it spent some in the
  /// plan's own code and some combining what the nodes had combined. The rest is transfer.
  void add_between(double seconds, double in_plan, double combining);

  [[nodiscard]] double seconds() const { return compute + barrier_wait + reduce + transfer + plan; }
};

} // namespace lockstep
