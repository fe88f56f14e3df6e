// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/worker_slots.hpp"

#include "actors/wire/limits.hpp"

#include <utility>

// How a node parts with workers: those of a run that is over, and those that hold another build.

namespace lockstep {

void worker_slots::exchange_outdated(const run_part& part) {
  // A process cannot load another build of a library that it holds.
  std::vector<std::uint32_t> outdated;
  for (const auto& its : part.solvers)
    if (const auto& has = slots_[its.slot].loaded;
        has.path == part.model.path && has.sha256 != part.model.sha256)
      outdated.push_back(its.slot);
  if (outdated.empty())
    return;
  departures_.begin(outdated);
  for (const auto slot : outdated)
    let_go(slot);
  departures_.depart();
}

void worker_slots::close(const run_part& part, bool lost) {
  std::vector<std::uint32_t> all;
  std::vector<std::uint32_t> serving;
  for (const auto& its : part.solvers) {
    slots_[its.slot].run = {};
    all.push_back(its.slot);
    if (slots_[its.slot].served == part.run)
      serving.push_back(its.slot);
  }
  if (workers_stay_) {
    for (const auto slot : serving)
      release(slot);
    return;
  }
  if (serving.empty() && !lost)
    return;
  const auto departure = departures_.begin(std::move(all));
  for (const auto slot : serving)
    let_go(slot);
  departures_.depart();
  if (serving.empty())
    return;
  orders_.set({node_deadline::kind::destruction, departure}, limits::destruction);
  prepare_fresh_later(part.run);
}

void worker_slots::release(std::uint32_t slot) {
  auto& its = slots_[slot];
  // A solver that still computes for a run that is over can only be stopped with its worker.
  if (its.attempt != 0) {
    evict(slot);
  } else if (is_usable(slot)) {
    its.now = worker::state::fresh;
    orders_.add(node_commands::close_solver{{slot, its.pid}});
  }
  its.served = {};
}

void worker_slots::let_go(std::uint32_t slot) {
  auto& its = slots_[slot];
  const worker_key who{slot, its.pid};
  departures_.add(who);
  if (its.now == worker::state::serving && its.attempt == 0)
    orders_.add(node_commands::close_solver{who});
  else
    departures_.kill(who);
  its.left_by = its.served;
  static_cast<worker&>(its) = {};
  take_place(slot);
}

} // namespace lockstep
