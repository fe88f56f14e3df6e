// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/history/history_budget.hpp"

#include <algorithm>

namespace lockstep {

void history_budget::add(history_part what, run_id run, std::uint64_t bytes) {
  if (bytes == 0)
    return;
  kept_.at(static_cast<std::size_t>(what))[run] += bytes;
  bytes_ += bytes;
}

void history_budget::remove(history_part what, run_id run, std::uint64_t bytes) {
  auto& kept = kept_.at(static_cast<std::size_t>(what));
  const auto found = kept.find(run);
  if (found == kept.end())
    return;
  bytes = std::min(bytes, found->second);
  bytes_ -= bytes;
  found->second -= bytes;
  if (found->second == 0)
    kept.erase(found);
}

void history_budget::forget(run_id run) {
  for (auto& kept : kept_)
    if (const auto found = kept.extract(run); !found.empty())
      bytes_ -= found.mapped();
  finished_.erase(run);
}

std::optional<history_budget::sacrifice> history_budget::next() const {
  if (bytes_ <= bytes_max_)
    return std::nullopt;
  if (const auto& seconds = of(history_part::solver_seconds); !seconds.empty())
    return sacrifice{history_part::solver_seconds, seconds.begin()->first};
  const auto& steps = of(history_part::steps);
  const auto& reports = of(history_part::reports);
  if (!steps.empty() && (reports.empty() || steps.begin()->first <= reports.begin()->first))
    return sacrifice{history_part::steps, steps.begin()->first};
  if (!reports.empty())
    return sacrifice{history_part::reports, reports.begin()->first};
  if (!finished_.empty())
    return sacrifice{history_part::run, *finished_.begin()};
  return std::nullopt;
}

std::uint64_t history_budget::pinned_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [run, kept] : of(history_part::run))
    if (!finished_.contains(run))
      bytes += kept;
  return bytes;
}

} // namespace lockstep
