// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/departures.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

std::uint64_t departures::begin(std::vector<std::uint32_t> slots) {
  for (const auto slot : slots)
    ++unsettled_[slot];
  all_.push_back({++last_number_, phase::parting, std::move(slots), {}});
  return last_number_;
}

void departures::depart() {
  if (!all_.back().workers.empty())
    return;
  all_.back().now = phase::waiting;
  end_leftovers();
}

void departures::kill(parting_worker& one) {
  one.killed = true;
  orders_.add(node_commands::kill_worker{one.key});
}

void departures::kill(worker_key who) {
  for (auto& its : all_)
    for (auto& one : its.workers)
      if (one.key == who)
        kill(one);
}

void departures::kill_all(std::uint64_t number) {
  for (auto& its : all_)
    if (its.number == number)
      for (auto& one : its.workers)
        kill(one);
}

departures::parting departures::ended(worker_key who) {
  for (auto& its : all_) {
    const auto found = std::ranges::find(its.workers, who, &parting_worker::key);
    if (found == its.workers.end())
      continue;
    const auto how = found->killed ? parting::killed : parting::by_itself;
    its.workers.erase(found);
    if (its.workers.empty()) {
      orders_.remove({node_deadline::kind::destruction, its.number});
      its.now = phase::waiting;
      end_leftovers();
    }
    return how;
  }
  return parting::none;
}

void departures::end_leftovers() {
  if (stopping_ || std::ranges::find(all_, phase::ending, &departure::now) != all_.end())
    return;
  bool any = false;
  for (auto& its : all_)
    if (its.now == phase::waiting) {
      its.now = phase::ending;
      any = true;
    }
  if (any)
    orders_.add(node_commands::end_leftovers{});
}

void departures::nothing_left() {
  std::erase_if(all_, [this](const departure& its) {
    if (its.now != phase::ending)
      return false;
    for (const auto slot : its.slots)
      --unsettled_[slot];
    return true;
  });
  end_leftovers();
}

bool departures::is_waiting() const {
  return std::ranges::find(all_, phase::parting, &departure::now) != all_.end();
}

} // namespace lockstep
