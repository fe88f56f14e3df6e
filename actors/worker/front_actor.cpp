#include "actors/worker/front_actor.hpp"

#include "actors/wire/limits.hpp"

namespace lockstep {

front_actor_state::front_actor_state(self_pointer self, front_place place)
    : self_(self), place_(std::move(place)) {}

front_actor::behavior_type front_actor_state::make_behavior() {
  return {
      [this](prepare_solver& seat) { return prepare(seat); },
      [this](solver_task& task) { return work(task); },
      [this](combine_task& task) { return hand_over(std::move(task)); },
      [this](caf::get_atom) { return status(); },
      [this](caf::update_atom, run_id run, std::uint64_t number) { stop_up_to(run, number); },
      [this](caf::close_atom) { return close(); },
      [this](caf::open_atom, const model_reference& wanted) {
        place_.gauge->hand_over();
        return caf_compat::delegate(self_, place_.solver, caf::open_atom_v, wanted);
      },
      [this](caf::tick_atom) { tell_progress(); },
  };
}

caf::delegated<solver_answer> front_actor_state::prepare(prepare_solver& seat) {
  run_ = seat.run;
  solver_ = seat.index;
  place_.gauge->stop_none();
  return hand_over(std::move(seat));
}

caf::delegated<solver_answer> front_actor_state::work(solver_task& task) {
  look_again();
  return hand_over(std::move(task));
}

caf::delegated<void> front_actor_state::close() {
  run_ = {};
  return hand_over(caf::close_atom_v);
}

solver_status front_actor_state::status() const {
  auto& gauge = *place_.gauge;
  solver_status now;
  now.slot = place_.slot.value;
  now.pid = place_.pid;
  now.run = run_.value;
  if (run_.value != 0)
    now.solver = solver_;
  now.number = gauge.number();
  now.state = gauge.busy() ? solver_state::busy : solver_state::idle;
  now.fraction = gauge.fraction();
  now.seconds = gauge.busy() ? gauge.seconds() : 0;
  gauge.read_text(now.step, now.note);
  return now;
}

void front_actor_state::stop_up_to(run_id run, std::uint64_t number) {
  if (run == run_)
    place_.gauge->stop_up_to(number);
}

void front_actor_state::look_again() {
  if (looking_)
    return;
  looking_ = true;
  caf_compat::delayed_send(self_, front_actor{self_}, limits::progress_interval, caf::tick_atom_v);
}

void front_actor_state::tell_progress() {
  looking_ = false;
  auto& gauge = *place_.gauge;
  if (gauge.changes() != told_changes_ && run_.value != 0) {
    told_changes_ = gauge.changes();
    solver_progress progress{run_, gauge.number(), solver_, gauge.fraction(), {}};
    std::string step;
    gauge.read_text(step, progress.note);
    caf_compat::send(self_, place_.node, std::move(progress));
  }
  if (gauge.finished() != gauge.handed())
    look_again();
}

} // namespace lockstep
