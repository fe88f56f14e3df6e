// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/run_claims.hpp"

#include <algorithm>

namespace lockstep {

void run_claims::asked(call by, bool waits) {
  questions_[by] = {waits, false};
}

bool run_claims::accepted(call by, run_id run) {
  const auto found = questions_.find(by);
  if (found == questions_.end())
    return false;
  const auto asked = found->second;
  questions_.erase(found);
  if (asked.waits && asked.is_gone)
    return true;
  claims_[run] = {asked.waits ? std::optional{by.connection} : std::nullopt, std::nullopt};
  return false;
}

void run_claims::refused(call by) {
  questions_.erase(by);
}

std::vector<run_id> run_claims::closed(std::uint64_t connection) {
  for (auto& [by, asked] : questions_)
    if (by.connection == connection)
      asked.is_gone = true;
  std::vector<run_id> abandoned;
  std::erase_if(claims_, [&](const auto& entry) {
    const auto& [run, its] = entry;
    if (its.waiting != connection)
      return false;
    if (!its.over_since)
      abandoned.push_back(run);
    return true;
  });
  return abandoned;
}

void run_claims::over(run_id run, clock::time_point now) {
  if (const auto found = claims_.find(run); found != claims_.end())
    found->second.over_since = now;
}

void run_claims::fetched(run_id run) {
  claims_.erase(run);
}

bool run_claims::has_any(clock::time_point now) {
  std::erase_if(claims_, [&](const auto& entry) {
    const auto& its = entry.second;
    return !its.waiting && its.over_since && now - *its.over_since >= unfetched_max;
  });
  // One whose client is gone is cancelled as soon as it has a number.
  return !claims_.empty() || std::ranges::any_of(questions_, [](const auto& entry) {
    return !entry.second.waits || !entry.second.is_gone;
  });
}

std::vector<run_id> run_claims::wanted() const {
  std::vector<run_id> runs;
  for (const auto& [run, its] : claims_)
    runs.push_back(run);
  return runs;
}

std::optional<run_claims::clock::time_point> run_claims::next_change() const {
  std::optional<clock::time_point> first;
  for (const auto& [run, its] : claims_)
    if (!its.waiting && its.over_since)
      first = std::min(first.value_or(clock::time_point::max()), *its.over_since + unfetched_max);
  return first;
}

} // namespace lockstep
