#include "actors/node/node_actor.hpp"

#include "actors/wire/limits.hpp"

#include <algorithm>
#include <string>
#include <utility>

// The workers of a node: started, replaced where they die, and exchanged between two runs.

namespace lockstep {

void node_actor_state::start_worker(std::size_t index) {
  slots_[index].starting = true;
  workers_->start({static_cast<std::uint32_t>(index)});
}

std::int64_t node_actor_state::joined(slot_number place, std::int64_t pid,
                                      const front_actor& front) {
  if (place.value >= slots_.size() || stopping_)
    return 0;
  auto& its = slots_[place.value];
  its.starting = false;
  its.attempts.succeeded();
  its.next.pid = pid;
  its.next.front = front;
  load_ahead(its.next);
  // The link is gone: if the process is not, it is of no more use.
  watch_.watch(self_, front, [this, place, pid] { workers_->kill(place, pid); });
  take_place(place.value);
  construct_if_all_joined();
  return description_.pid;
}

void node_actor_state::take_place(std::size_t index) {
  auto& its = slots_[index];
  if (its.pid != 0 || its.next.pid == 0)
    return;
  static_cast<worker&>(its) = std::exchange(its.next, {});
  tell_change({static_cast<std::uint32_t>(index), its.pid, true, std::string{}});
}

void node_actor_state::exited(const worker_exit& ended) {
  if (ended.slot >= slots_.size())
    return;
  auto& its = slots_[ended.slot];
  const bool had_parted = has_parted(ended);
  const bool had_joined = ended.pid != 0 && (ended.pid == its.pid || ended.pid == its.next.pid);
  if (ended.pid == its.next.pid)
    its.next = {};
  if (stopping_) {
    if (ended.pid == its.pid)
      static_cast<worker&>(its) = {};
    end_if_stopped();
  } else if (had_joined) {
    worker_died(ended);
  } else if (!had_parted) {
    start_failed(ended);
  }
}

void node_actor_state::worker_died(const worker_exit& ended) {
  auto& its = slots_[ended.slot];
  const bool was_condemned = ended.pid == its.pid && !its.front;
  if (!was_condemned)
    ++its.restarts;
  if (ended.pid == its.pid) {
    run_.lost_worker = run_.lost_worker || its.served.value != 0;
    static_cast<worker&>(its) = {};
    tell_change({ended.slot, ended.pid, false, ended.text});
    lose_solver(ended);
    take_place(ended.slot);
  }
  if (its.pid == 0 && !its.starting)
    start_worker(ended.slot);
}

void node_actor_state::start_failed(const worker_exit& ended) {
  auto& its = slots_[ended.slot];
  ++its.restarts;
  its.start_log = ended.log;
  caf_compat::delayed_send(self_, node_actor{self_}, its.attempts.failed(ended.text),
                           caf::tick_atom_v, slot_number{ended.slot});
  fail_if_hopeless();
}

/// A run that waits for a worker that cannot be started would wait in vain.
void node_actor_state::fail_if_hopeless() {
  if (!run_.step || run_.step->now != phase::waiting)
    return;
  const auto is_lost = [](const slot& its) { return !its.front && its.attempts.is_hopeless(); };
  const auto end = slots_.begin() + static_cast<std::ptrdiff_t>(run_.count);
  const auto its = std::find_if(slots_.begin(), end, is_lost);
  if (its == end)
    return;
  const auto index = static_cast<std::size_t>(its - slots_.begin());
  auto failed = failure_of(index);
  failed.type = "worker_cannot_start";
  failed.text = "the worker of slot " + std::to_string(index) + ' ' + its->attempts.why();
  failed.log = its->start_log;
  wait_no_longer(*run_.step);
  break_run(index, std::move(failed));
}

void node_actor_state::condemn(std::size_t index) {
  // Its end will be told later; nobody shall use it meanwhile.
  ++slots_[index].restarts;
  slots_[index].front = nullptr;
  slots_[index].computing = 0;
  workers_->kill({static_cast<std::uint32_t>(index)}, slots_[index].pid);
}

void node_actor_state::prepare_fresh() {
  if (stopping_)
    return;
  start_missing();
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].served.value != 0 && slots_[i].next.pid == 0 && !slots_[i].starting)
      start_worker(i);
}

void node_actor_state::start_missing() {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].pid == 0 && !slots_[i].starting)
      start_worker(i);
}

void node_actor_state::load_ahead(worker& fresh) {
  const bool run_waits = run_.step && run_.step->now < phase::constructing;
  if (run_waits || last_model_.path.empty() || workers_->workers_stay())
    return;
  fresh.loaded = last_model_;
  caf_compat::send(self_, fresh.front, caf::open_atom_v, last_model_);
}

void node_actor_state::exchange_outdated() {
  // A process cannot load another build of a library that it holds.
  const auto& wanted = run_.asked.model;
  for (std::size_t i = 0; i < run_.count; ++i)
    if (slots_[i].loaded.path == wanted.path && slots_[i].loaded.sha256 != wanted.sha256)
      let_go(i);
}

void node_actor_state::let_go(std::size_t index) {
  auto& its = slots_[index];
  if (workers_->workers_stay()) {
    // A solver that still computes for a run that is over can only be stopped with its worker.
    if (its.computing != 0)
      condemn(index);
    else if (its.front)
      caf_compat::send(self_, its.front, caf::close_atom_v);
    its.served = {};
    return;
  }
  left_ = leftovers::workers;
  say_farewell(index);
  static_cast<worker&>(its) = {};
  take_place(index);
}

void node_actor_state::say_farewell(std::size_t index) {
  const auto& its = slots_[index];
  parting_.push_back({index, its.pid, false});
  if (its.served.value == 0 || its.computing != 0 || !its.front) {
    end_parting(its.pid);
    return;
  }
  const auto end = [this, pid = its.pid] { end_parting(pid); };
  caf_compat::request(self_, its.front, caf::infinite, caf::close_atom_v)
      .then(end, [end](const caf::error&) { end(); });
}

void node_actor_state::end_parting(std::int64_t pid) {
  for (auto& one : parting_)
    if (pid == every_worker || one.pid == pid) {
      one.killed = true;
      workers_->kill({static_cast<std::uint32_t>(one.slot)}, one.pid);
    }
}

bool node_actor_state::has_parted(const worker_exit& ended) {
  const auto found = std::ranges::find_if(parting_, [&](const parting_worker& one) {
    return one.slot == ended.slot && one.pid == ended.pid;
  });
  if (found == parting_.end())
    return false;
  if (!found->killed)
    ++slots_[ended.slot].restarts;
  tell_change({ended.slot, ended.pid, false, found->killed ? "its run is over" : ended.text});
  parting_.erase(found);
  if (!parting_.empty())
    return true;
  alarm_.remove(due::farewell);
  alarm_.rest();
  if (stopping_) {
    workers_->stop_all();
    return true;
  }
  end_leftovers();
  return true;
}

void node_actor_state::end_leftovers() {
  left_ = leftovers::descendants;
  workers_->end_leftovers();
}

void node_actor_state::nothing_is_left() {
  // Workers of another run may have been let go of since.
  if (left_ == leftovers::descendants)
    left_ = leftovers::none;
  construct_if_all_joined();
}

void node_actor_state::tell_change(worker_change change) {
  if (number_)
    caf_compat::send(self_, controller_, *number_, std::move(change));
}

} // namespace lockstep
