// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/worker_slots.hpp"

#include "actors/wire/limits.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

worker_slots::worker_slots(std::size_t slots, bool workers_stay, worker_starts& starts,
                           departures& parting, node_orders& orders)
    : workers_stay_(workers_stay), starts_(starts), departures_(parting), orders_(orders),
      slots_(slots) {}

worker_slots::view worker_slots::seen(std::uint32_t slot) const {
  return {slots_[slot].pid, slots_[slot].restarts, is_usable(slot)};
}

bool worker_slots::is_usable(std::uint32_t slot) const {
  return slots_[slot].now == worker::state::fresh || slots_[slot].now == worker::state::serving;
}

bool worker_slots::is_ready(std::uint32_t slot) const {
  return is_usable(slot) && departures_.is_clear(slot);
}

void worker_slots::joined(worker_key who, bool is_for_a_run) {
  if (!starts_.is_starting(who.slot)) { // nobody has asked for it
    orders_.add(node_commands::kill_worker{who});
    return;
  }
  starts_.succeeded(who.slot);
  const auto& newest = slots_[who.slot].newest;
  auto& next = slots_[who.slot].next;
  next = {};
  next.pid = who.pid;
  next.now = worker::state::fresh;
  if (!is_for_a_run && !newest.path.empty() && !workers_stay_) {
    next.loaded = newest;
    orders_.add(node_commands::load_ahead{who, newest});
  }
  take_place(who.slot);
}

void worker_slots::newest_model(const run_part& part) {
  for (const auto& its : part.solvers)
    slots_[its.slot].newest = part.model;
}

void worker_slots::take_place(std::uint32_t slot) {
  auto& its = slots_[slot];
  if (its.pid != 0 || its.next.pid == 0)
    return;
  static_cast<worker&>(its) = std::exchange(its.next, {});
  orders_.tell(node_commands::tell_change{{slot, its.pid}, true, {}});
}

worker_slots::worker_end worker_slots::ended(const node_events::worker_ended& end) {
  const auto who = end.worker;
  auto& its = slots_[who.slot];
  if (const auto how = departures_.ended(who); how != departures::parting::none) {
    const bool killed = how == departures::parting::killed;
    its.restarts += killed ? 0 : 1;
    orders_.tell(node_commands::tell_change{who, false, killed ? "its run is over" : end.text});
    return {};
  }
  if (who.pid != 0 && who.pid == its.next.pid) {
    ++its.restarts;
    its.next = {};
    return {};
  }
  if (who.pid != 0 && who.pid == its.pid) {
    its.restarts += its.now == worker::state::evicted ? 0 : 1; // counted already
    const auto served = its.served;
    static_cast<worker&>(its) = {};
    if (starts_.is_stopping())
      return {};
    orders_.tell(node_commands::tell_change{who, false, end.text});
    return {worker_end::kind::in_place, served};
  }
  if (!starts_.is_starting(who.slot) || starts_.is_stopping())
    return {};
  ++its.restarts;
  starts_.failed(who.slot, end.text, end.log);
  return {worker_end::kind::not_started, {}};
}

void worker_slots::follow(std::uint32_t slot) {
  take_place(slot);
  if (slots_[slot].pid == 0)
    starts_.start(slot);
}

void worker_slots::take(const run_part& part) {
  for (const auto& its : part.solvers)
    slots_[its.slot].run = part.run;
}

void worker_slots::start_missing(const run_part& part) {
  for (const auto& its : part.solvers)
    if (slots_[its.slot].pid == 0)
      starts_.start(its.slot);
}

void worker_slots::prepare_fresh_later(run_id run) {
  if (!workers_stay_)
    orders_.set({node_deadline::kind::fresh, run.value}, limits::fresh_workers_after);
}

void worker_slots::prepare_fresh(run_id run) {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    const auto& its = slots_[i];
    const bool is_left = its.left_by == run && its.pid == 0;
    if (is_left || (its.served == run && its.next.pid == 0))
      starts_.start(i);
  }
}

worker_slots::assignment worker_slots::assign(std::uint32_t slot, run_id run) {
  auto& its = slots_[slot];
  its.now = worker::state::serving;
  its.served = run;
  its.attempt = ++last_attempt_;
  return {{slot, its.pid}, last_attempt_};
}

void worker_slots::answered(std::uint32_t slot, std::uint64_t attempt) {
  if (slots_[slot].attempt == attempt)
    slots_[slot].attempt = 0;
}

void worker_slots::evict(std::uint32_t slot) {
  auto& its = slots_[slot];
  ++its.restarts;
  its.now = worker::state::evicted;
  its.attempt = 0;
  orders_.add(node_commands::kill_worker{{slot, its.pid}});
}

void worker_slots::evict_computing(const run_part& part) {
  for (const auto& its : part.solvers)
    if (slots_[its.slot].attempt != 0)
      evict(its.slot);
}

void worker_slots::ask_to_stop(const run_part& part, std::uint64_t up_to_number) {
  for (const auto& its : part.solvers)
    if (is_usable(its.slot))
      orders_.add(
          node_commands::ask_to_stop{{its.slot, slots_[its.slot].pid}, part.run, up_to_number});
}

bool worker_slots::is_empty() const {
  return std::ranges::all_of(slots_,
                             [](const place& its) { return its.pid == 0 && its.next.pid == 0; });
}

} // namespace lockstep
