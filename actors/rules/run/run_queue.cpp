// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_queue.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

bool run_queue::remove(run_id run) {
  return std::erase_if(runs_, [run](const waiting& each) { return each.run == run; }) != 0;
}

std::optional<run_queue::turn> run_queue::next(const place_supply& supply) {
  if (runs_.empty())
    return std::nullopt;
  auto decision = at_its_turn(supply, runs_.front().wish.demand);
  if (decision.what == admission::waits)
    return std::nullopt;
  turn taken{runs_.front(), decision.what, std::move(decision.why)};
  runs_.pop_front();
  return taken;
}

std::optional<std::size_t> run_queue::place_of(run_id run) const {
  const auto found = std::ranges::find(runs_, run, &waiting::run);
  if (found == runs_.end())
    return std::nullopt;
  return static_cast<std::size_t>(found - runs_.begin()) + 1;
}

} // namespace lockstep
