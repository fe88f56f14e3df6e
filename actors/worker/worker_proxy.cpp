// SPDX-License-Identifier: BSD-3-Clause

#include "actors/worker/worker_proxy.hpp"

#include "actors/wire/limits.hpp"

namespace lockstep {

worker_proxy_state::worker_proxy_state(self_pointer self, proxy_place place)
    : self_(self), place_(std::move(place)) {}

worker_proxy::behavior_type worker_proxy_state::make_behavior() {
  return {
      [this](prepare_solver& seat) { return prepare(seat); },
      [this](solver_task& task) { return work(task); },
      [this](combine_task& task) { return hand_over(std::move(task)); },
      [this](get_status) { return status(); },
      [this](const stop_solver& asked) { stop_up_to(asked.run, asked.up_to_number); },
      [this](destroy_solver) { return close(); },
      [this](preload_library& wanted) { return hand_over(std::move(wanted)); },
      [this](check_progress) { tell_progress(); },
  };
}

caf::delegated<solver_answer> worker_proxy_state::prepare(prepare_solver& seat) {
  run_ = seat.run;
  solver_ = seat.index;
  place_.cell->stop_none();
  return hand_over(std::move(seat));
}

caf::delegated<solver_answer> worker_proxy_state::work(solver_task& task) {
  look_again();
  return hand_over(std::move(task));
}

caf::delegated<void> worker_proxy_state::close() {
  run_ = {};
  return hand_over(destroy_solver{});
}

solver_status worker_proxy_state::status() const {
  auto& cell = *place_.cell;
  solver_status now;
  now.slot = place_.slot.value;
  now.pid = place_.pid;
  now.run = run_.value;
  if (run_.value != 0)
    now.solver = solver_;
  now.number = cell.number();
  now.state = cell.busy() ? solver_state::busy : solver_state::idle;
  now.fraction = cell.fraction();
  now.seconds = now.state == solver_state::busy ? cell.seconds() : 0;
  cell.read_text(now.step, now.note);
  return now;
}

void worker_proxy_state::stop_up_to(run_id run, std::uint64_t number) {
  if (run == run_)
    place_.cell->stop_up_to(number);
}

void worker_proxy_state::look_again() {
  if (looking_)
    return;
  looking_ = true;
  caf_compat::delayed_send(self_, worker_proxy{self_}, limits::progress_interval, check_progress{});
}

void worker_proxy_state::tell_progress() {
  looking_ = false;
  auto& cell = *place_.cell;
  if (cell.changes() != told_changes_ && run_.value != 0) {
    told_changes_ = cell.changes();
    solver_progress progress{run_, cell.number(), solver_, cell.fraction(), {}};
    std::string step;
    cell.read_text(step, progress.note);
    caf_compat::send(self_, place_.node, std::move(progress));
  }
  if (cell.finished() != cell.handed())
    look_again();
}

} // namespace lockstep
