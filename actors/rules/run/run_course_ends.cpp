// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_course.hpp"

#include "actors/wire/limits.hpp"

#include <chrono>
#include <sstream>
#include <utility>

// How people hold a run up and stop it, and how its plan ends.

namespace lockstep {

using namespace run_commands;

namespace {

std::string given_up_text(std::chrono::milliseconds grace) {
  std::ostringstream text;
  text << "the plan did not return within " << std::chrono::duration<double>(grace).count()
       << " s after it was told to stop, so it was given up, and nothing counts that it still does";
  return text.str();
}

void refuse(run_id run, run_state state, run_event what, reaction& then) {
  then.order(request_refused{errc::wrong_state, no_way(run, state, what)});
}

run_event event_of(run_events::plan_over::ending how) {
  switch (how) {
  case run_events::plan_over::ending::returned:
    return run_event::returned;
  case run_events::plan_over::ending::failed:
    return run_event::failed;
  case run_events::plan_over::ending::cancelled:
    break;
  }
  return run_event::abandoned;
}

} // namespace

void run_course::on(run_events::pause_asked&, reaction& then) {
  if (next_state(state_, run_event::pause))
    enter(run_event::pause, then);
  else
    refuse(run_, state_, run_event::pause, then);
}

void run_course::on(run_events::resume_asked&, reaction& then) {
  if (!next_state(state_, run_event::resume))
    return refuse(run_, state_, run_event::resume, then);
  enter(run_event::resume, then);
  if (auto* waiting = std::get_if<held>(&turn_)) {
    auto asked = std::move(waiting->asked);
    begin_step(std::move(asked), then);
  }
}

void run_course::on(run_events::cancel_asked& what, reaction& then) {
  if (next_state(state_, run_event::cancel))
    cancel(what.grace, what.why, then);
  else
    refuse(run_, state_, run_event::cancel, then);
}

void run_course::cancel(std::optional<std::chrono::milliseconds> grace, const std::string& why,
                        reaction& then) {
  if (state_ != run_state::cancelling)
    then.order(cancel_noted{run_, why});
  enter(run_event::cancel, then);
  then.order(stop_plan{run_});
  if (!grace)
    grace = wish_.cancel_grace.count() > 0 ? wish_.cancel_grace : limits::cancel_grace;
  patience_.told_to_stop(then.now, *grace);
  if (const auto* waiting = std::get_if<held>(&turn_)) {
    then.order(answer_plan{run_, waiting->asked.call, cancelled_tag{}});
    begin_plans_turn(then);
  } else if (const auto ends = patience_.ends()) {
    then.order(set_timer{{run_timer::name::plan, run_}, *ends});
  }
  for (const auto& its : parts_)
    then.order(cancel_solvers{run_, its.node, *grace});
  then.order(abandon_payloads{run_, "the run was cancelled"});
}

void run_course::patience_over(reaction& then) {
  const auto ends = patience_.ends();
  if (!ends || is_over())
    return;
  if (*ends > then.now)
    return then.order(set_timer{{run_timer::name::plan, run_}, *ends});
  step_failure failed;
  failed.type = "plan_given_up";
  failed.text = given_up_text(patience_.grace());
  then.order(give_plan_up{run_});
  enter(run_event::abandoned, then, std::move(failed));
  end(then);
}

void run_course::on(run_events::plan_over& what, reaction& then) {
  if (is_over() || state_ == run_state::starting)
    return;
  if (const auto* since = std::get_if<plans_turn>(&turn_)) {
    then.order(between_steps{run_, since->length(then.now, what.before), what.before});
  } else if (const auto* waiting = std::get_if<held>(&turn_)) {
    then.order(answer_plan{run_, waiting->asked.call, cancelled_tag{}});
  } else if (const auto call = std::get<run_fan_out>(turn_).call(); call != 0) {
    then.order(answer_plan{run_, call, cancelled_tag{}});
  } else {
    return; // its solvers are being constructed, so that there is none
  }
  enter(event_of(what.how), then, std::move(what.failed));
  end(then);
}

} // namespace lockstep
