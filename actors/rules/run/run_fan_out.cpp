// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_fan_out.hpp"

#include "actors/rules/places/allotment.hpp"
#include "actors/rules/reduction.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace lockstep {

std::vector<std::size_t> answers_owed(const step_call& call, std::size_t arguments,
                                      std::span<const share> solvers, std::size_t total) {
  std::vector<std::size_t> owed;
  owed.reserve(solvers.size());
  for (const auto& its : solvers)
    owed.push_back(call.kind == step_kind::reduce
                       ? subtrees_within({its.first, its.count}, total).size()
                       : its.count);
  if (call.kind != step_kind::map)
    return owed;
  const auto items = allot_items(owed, arguments);
  std::ranges::transform(items, owed.begin(), &share::count);
  return owed;
}

std::vector<blob> arguments_for(const hand_out& node, step_kind kind, std::vector<blob>& all) {
  if (kind == step_kind::broadcast || kind == step_kind::reduce)
    return all;
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(node.first);
  return {std::make_move_iterator(first),
          std::make_move_iterator(first + static_cast<std::ptrdiff_t>(node.count))};
}

std::optional<std::string> fault_of(const step_call& call, std::size_t solvers) {
  const auto count = call.arguments.size();
  const auto needed = call.kind == step_kind::map       ? count
                      : call.kind == step_kind::scatter ? solvers
                                                        : 1;
  if (count == needed)
    return std::nullopt;
  return "a " + to_string(call.kind) + " over " + std::to_string(solvers) + " solvers needs " +
         std::to_string(needed) + " arguments, it has " + std::to_string(count);
}

run_fan_out::run_fan_out(std::uint64_t call, step_metrics metrics,
                         const std::vector<std::size_t>& owed, due_time begun)
    : call_(call), metrics_(std::move(metrics)), begun_(begun), join_(owed), seconds_(owed.size()) {
}

bool run_fan_out::answered(std::size_t member, run_events::node_answered& answer) {
  const bool had_failed = join_.has_failed();
  seconds_[member] = std::move(answer.solver_seconds);
  metrics_.reduce_seconds = std::max(metrics_.reduce_seconds, answer.reduce_seconds);
  if (answer.failed)
    join_.threw(member, std::move(*answer.failed));
  else
    join_.answered(member, std::move(answer.answers));
  return !had_failed && join_.has_failed();
}

void run_fan_out::broke_off(std::size_t member, step_failure why) {
  if (!metrics_.name.empty())
    why.step = metrics_.name;
  join_.lost(member, std::move(why));
  join_.give_up();
}

run_fan_out::result run_fan_out::take(due_time now) {
  result ended{std::move(metrics_), join_.take_answers(), {}, 0};
  ended.metrics.seconds = std::chrono::duration<double>(now - begun_).count();
  for (const auto& answer : ended.answers)
    ended.metrics.bytes_in += answer.size();
  for (const auto& its : seconds_)
    ended.metrics.solver_seconds.insert(ended.metrics.solver_seconds.end(), its.begin(), its.end());
  if (join_.has_failed()) {
    ended.failed_member = join_.failed_member();
    ended.failed = join_.take_failure();
    ended.answers.clear();
  }
  return ended;
}

} // namespace lockstep
