// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/deadlines.hpp"
#include "actors/rules/history/step_metrics.hpp"
#include "actors/rules/run/run_events.hpp"
#include "actors/rules/step_join.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lockstep {

/// How many answers each node of a run owes for a step. Nodes have so many of `total` solvers each,
/// in order.
std::vector<std::size_t> answers_owed(const step_call& call, std::size_t arguments,
                                      std::span<const share> solvers, std::size_t total);

/// The arguments of one node. Takes them out of `all` where no other node needs them.
std::vector<blob> arguments_for(const hand_out& node, step_kind kind, std::vector<blob>& all);

/// A sentence where a step does not have the arguments that so many solvers need.
std::optional<std::string> fault_of(const step_call& call, std::size_t solvers);

/// A step, or the construction of solvers, that is under way on the nodes of a run: its barrier and
/// its metrics. Members are the nodes, in the order in which the run has them.
class run_fan_out {
public:
  /// `call` names the plan's call. The construction is step 0, of no call, and owes no answers.
  run_fan_out(std::uint64_t call, step_metrics metrics, const std::vector<std::size_t>& owed,
              due_time begun);

  [[nodiscard]] std::uint64_t call() const { return call_; }
  [[nodiscard]] std::uint64_t number() const { return metrics_.number; }
  [[nodiscard]] const step_metrics& metrics() const { return metrics_; }
  [[nodiscard]] due_time begun() const { return begun_; }

  [[nodiscard]] std::vector<hand_out> begin() { return join_.begin(); }
  [[nodiscard]] bool waits_for(std::size_t member) const { return join_.is_unanswered(member); }

  /// Takes a node's answer. True where the step has failed by it and not before.
  bool answered(std::size_t member, run_events::node_answered& answer);

  /// No further step can succeed, so nobody is waited for.
  void broke_off(std::size_t member, step_failure why);

  [[nodiscard]] bool at_barrier() const { return join_.at_barrier(); }

  struct result {
    step_metrics metrics;
    std::vector<blob> answers; ///< none where it failed
    std::optional<step_failure> failed;
    std::size_t failed_member = 0; ///< where it failed
  };
  /// At the barrier, once.
  result take(due_time now);

private:
  std::uint64_t call_;
  step_metrics metrics_;
  due_time begun_;
  step_join join_;
  std::vector<std::vector<double>> seconds_; ///< by member
};

} // namespace lockstep
