// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What steps and runs cost. How the numbers come about stands in actors/rules/history.

namespace lockstep {

/// What a step cost. Times are in seconds.
struct step_metrics {
  std::uint64_t number = 0; ///< in its run, from 1
  std::string name;
  std::string kind;   ///< "broadcast", "scatter", "map" or "reduce"
  double began = 0;   ///< its fan-out, from the start of the run's plan, by the head's steady clock
  double seconds = 0; ///< from the fan-out to the barrier, by the head's clock
  /// Computing time of each solver in their order, by its own wall clock; of a map of all its
  /// items. Those of a node that did not answer are left out.
  std::vector<double> solver_seconds;
  double reduce_seconds = 0;   ///< combining answers, on the node that took longest
  std::uint64_t bytes_out = 0; ///< of arguments, once for each solver that gets them
  std::uint64_t bytes_in = 0;  ///< of answers
};

template <class Inspector>
bool inspect(Inspector& f, step_metrics& x) {
  return f.object(x).fields(
      f.field("number", x.number), f.field("name", x.name), f.field("kind", x.kind),
      f.field("began", x.began), f.field("seconds", x.seconds),
      f.field("solver_seconds", x.solver_seconds), f.field("reduce_seconds", x.reduce_seconds),
      f.field("bytes_out", x.bytes_out), f.field("bytes_in", x.bytes_in));
}

/// Where the time of a run went, in seconds by the head's clock, from the start of its plan. The
/// parts add up to all of it but pauses, and a step that failed: what a solver did that did not
/// answer is not known. The runtime's share is transfer and reduce.
struct run_metrics {
  double compute = 0;      ///< of steps: what the mean solver computed
  double barrier_wait = 0; ///< of steps: how much longer than that the slowest one took
  double reduce = 0;       ///< combining answers
  double transfer = 0;     ///< the rest of steps: messages, copies, wake-ups
  double plan = 0;         ///< the plan's own code between steps

  /// The sum of the parts.
  [[nodiscard]] double seconds() const { return compute + barrier_wait + reduce + transfer + plan; }
};

template <class Inspector>
bool inspect(Inspector& f, run_metrics& x) {
  return f.object(x).fields(f.field("compute", x.compute), f.field("barrier_wait", x.barrier_wait),
                            f.field("reduce", x.reduce), f.field("transfer", x.transfer),
                            f.field("plan", x.plan));
}

} // namespace lockstep
