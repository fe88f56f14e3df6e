// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/node_engine.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace lockstep {

node_engine::node_engine(const options& wanted)
    : options_(wanted), starts_(wanted.slots, orders_), departures_(wanted.slots, orders_),
      slots_(wanted.slots, wanted.workers_stay, starts_, departures_, orders_) {}

std::vector<node_engine_command> node_engine::handle(node_engine_event event, due_time now) {
  orders_.begin(now);
  std::visit([this](auto& what) { on(what); }, event);
  return orders_.take();
}

node_run* node_engine::find(run_id run) {
  const auto found = runs_.find(run);
  return found == runs_.end() ? nullptr : &found->second;
}

void node_engine::on(node_events::opened) {
  for (std::uint32_t slot = 0; slot < options_.slots; ++slot)
    starts_.start(slot);
}

void node_engine::on(node_events::named& told) {
  orders_.name(std::move(told.node));
  for (std::uint32_t slot = 0; slot < options_.slots; ++slot)
    if (const auto its = slots_.seen(slot); its.is_usable)
      orders_.add(node_commands::tell_change{{slot, its.pid}, true, {}});
}

void node_engine::on(const node_events::worker_joined& who) {
  const auto slot = who.worker.slot;
  if (slot >= options_.slots || is_stopping())
    return;
  auto* run = find(slots_.run_of(slot));
  slots_.joined(who.worker, run != nullptr && run->has_no_solvers());
  if (run != nullptr)
    run->construct_if_ready();
}

void node_engine::on(const node_events::worker_unreachable& who) {
  // If the process still lives, it is of no more use.
  orders_.add(node_commands::kill_worker{who.worker});
}

void node_engine::on(const node_events::worker_ended& end) {
  const auto slot = end.worker.slot;
  if (slot >= options_.slots)
    return;
  const bool was_waiting = departures_.is_waiting();
  const auto [what, served] = slots_.ended(end);
  auto* run = find(slots_.run_of(slot));
  if (is_stopping()) {
    if (was_waiting && !departures_.is_waiting())
      orders_.add(node_commands::stop_workers{});
    return end_if_stopped();
  }
  if (what == worker_slots::worker_end::kind::in_place) {
    if (run != nullptr)
      run->worker_ended(end, served);
    slots_.follow(slot);
    if (run != nullptr)
      run->construct_if_ready();
  } else if (what == worker_slots::worker_end::kind::not_started && run != nullptr) {
    run->fail_if_hopeless();
  }
}

void node_engine::on(node_events::nothing_left) {
  departures_.nothing_left();
  for (auto& [id, run] : runs_)
    run.construct_if_ready();
}

std::string node_engine::why_not(const run_part& part) const {
  std::vector<bool> wanted(options_.slots);
  for (std::size_t i = 0; i < part.solvers.size(); ++i) {
    const auto& its = part.solvers[i];
    const auto slot = "slot " + std::to_string(its.slot);
    if (its.slot >= options_.slots)
      return slot + " is none of this node's " + std::to_string(options_.slots);
    if (slots_.run_of(its.slot).value != 0)
      return slot + " has a solver of " + to_string(slots_.run_of(its.slot));
    if (wanted[its.slot] || (i != 0 && part.solvers[i - 1].solver == its.solver))
      return slot + " is asked for twice, or solver " + std::to_string(its.solver) + " is";
    wanted[its.slot] = true;
  }
  return {};
}

void node_engine::on(node_events::run_asked& asked) {
  auto& part = asked.part;
  if (is_stopping()) {
    orders_.add(node_commands::refuse{asked.request, errc::shutting_down, {}});
    return;
  }
  on(node_events::run_closed{part.run});
  std::ranges::sort(part.solvers, {}, &placed_solver::solver);
  if (auto why = why_not(part); !why.empty()) {
    orders_.add(node_commands::refuse{asked.request, errc::no_solvers, std::move(why)});
    return;
  }
  const auto id = part.run;
  const bool looks = options_.looks_for_libraries && !part.model.path.empty();
  auto& run = runs_.try_emplace(id, std::move(asked), slots_, starts_, orders_).first->second;
  if (looks)
    run.find_library(++last_search_);
  else
    run.wait_for_workers();
}

void node_engine::on(node_events::step_asked& asked) {
  auto* run = find(asked.run);
  if (run != nullptr && !is_stopping())
    return run->step_asked(std::move(asked));
  const auto why = is_stopping() ? errc::shutting_down : errc::wrong_state;
  orders_.add(node_commands::refuse{asked.request, why, {}});
}

void node_engine::on(node_events::task_answered& answer) {
  auto* run = find(answer.task.run);
  if (run == nullptr || is_stopping() || !run->answered(answer))
    ++late_answers_;
}

void node_engine::on(const node_events::run_closed& closed) {
  if (auto* run = find(closed.run)) {
    run->close();
    runs_.erase(closed.run);
  }
}

void node_engine::on(const node_events::stop_asked_of_node& asked) {
  if (is_stopping()) {
    orders_.add(node_commands::refuse{asked.request, errc::shutting_down, {}});
    return;
  }
  life_ = life::stopping;
  stop_request_ = asked.request;
  starts_.stop();
  departures_.stop();
  // Solvers of a run that has just ended may still be writing their last words.
  if (!departures_.is_waiting())
    orders_.add(node_commands::stop_workers{});
  end_if_stopped();
}

void node_engine::end_if_stopped() {
  if (life_ != life::stopping || departures_.is_waiting() || !slots_.is_empty())
    return;
  life_ = life::ended;
  orders_.add(node_commands::end_node{stop_request_});
}

void node_engine::on(node_events::time_came) {
  orders_.rang();
  while (const auto what = orders_.take_due())
    ring(*what);
}

void node_engine::ring(node_deadline what) {
  using kind = node_deadline::kind;
  switch (what.what) {
  case kind::restart:
    return starts_.try_again(static_cast<std::uint32_t>(what.of));
  case kind::destruction:
    return departures_.kill_all(what.of);
  case kind::fresh:
    return slots_.prepare_fresh(run_id{what.of});
  case kind::workers:
    return runs_.at(run_id{what.of}).workers_are_late();
  case kind::step:
    return runs_.at(run_id{what.of}).step_is_late();
  case kind::grace:
    return runs_.at(run_id{what.of}).grace_is_over();
  }
}

} // namespace lockstep
