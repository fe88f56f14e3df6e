// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/result_waits.hpp"

namespace lockstep {

void result_waits::add(run_id run, const waiter& who, time deadline) {
  waits_[who] = {run, deadline};
  by_run_.emplace(run, who);
  by_deadline_.emplace(deadline, who);
}

result_waits::waits::iterator result_waits::forget(waits::iterator one) {
  by_run_.erase({one->second.run, one->first});
  by_deadline_.erase({one->second.deadline, one->first});
  return waits_.erase(one);
}

std::vector<result_waits::waiter> result_waits::take(run_id run) {
  std::vector<waiter> found;
  for (auto i = by_run_.lower_bound({run, {}}); i != by_run_.end() && i->first == run; ++i)
    found.push_back(i->second);
  for (const auto& one : found)
    forget(waits_.find(one));
  return found;
}

std::vector<result_waits::waiter> result_waits::take_expired(time now) {
  std::vector<waiter> found;
  while (!by_deadline_.empty() && by_deadline_.begin()->first <= now) {
    found.push_back(by_deadline_.begin()->second);
    forget(waits_.find(found.back()));
  }
  return found;
}

void result_waits::drop(std::uint64_t connection) {
  auto i = waits_.lower_bound({connection, 0});
  while (i != waits_.end() && i->first.connection == connection)
    i = forget(i);
}

std::optional<result_waits::time> result_waits::earliest() const {
  return by_deadline_.empty() ? std::nullopt : std::optional{by_deadline_.begin()->first};
}

} // namespace lockstep
