// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_engine.hpp"

#include "actors/wire/limits.hpp"

#include <type_traits>
#include <utility>

namespace lockstep {

using namespace run_commands;

std::vector<run_command> run_engine::handle(run_engine_event what, due_time now) {
  reaction then{now};
  if (life_ != life::ended)
    std::visit([&](auto& event) { on(event, then); }, what);
  late_answers_ += then.late_answers;
  return std::move(then.commands);
}

std::optional<request_refused> run_engine::refusal(const run_wish& wish) const {
  if (life_ != life::serving)
    return request_refused{errc::shutting_down, {}};
  if (queue_.size() >= limits::queued_runs)
    return request_refused{errc::limit_exceeded,
                           std::to_string(queue_.size()) + " runs are waiting already"};
  const auto nodes = places_.supply();
  if (auto decision = on_request({nodes, nodes_can_join_, trouble_}, wish.demand);
      decision.what == admission::refused)
    return request_refused{errc::no_solvers, std::move(decision.why)};
  return std::nullopt;
}

template <class Event>
void run_engine::on(Event& what, reaction& then) {
  const auto run = what.run; // the course may take the rest
  const auto found = courses_.find(run);
  if (found == courses_.end())
    return no_course_for(what, then);
  found->second.on(what, then);
  settle(run, found->second, then);
}

template <class Event>
void run_engine::no_course_for(Event& what, reaction& then) {
  using namespace run_events;
  if constexpr (std::is_same_v<Event, node_answered>)
    ++then.late_answers;
  else if constexpr (std::is_same_v<Event, plan_called>)
    then.order(answer_plan{what.run, what.call, cancelled_tag{}});
  else if constexpr (std::is_same_v<Event, cancel_asked>)
    cancel_queued(what.run, what.why, then);
  else if constexpr (std::is_same_v<Event, pause_asked> || std::is_same_v<Event, resume_asked>)
    then.order(queue_.place_of(what.run)
                   ? request_refused{errc::wrong_state,
                                     no_way(what.run, run_state::queued,
                                            std::is_same_v<Event, pause_asked> ? run_event::pause
                                                                               : run_event::resume)}
                   : request_refused{errc::no_such_run, {}});
}

void run_engine::settle(run_id run, run_course& course, reaction& then) {
  if (places_.are_some_draining() && course.is_between_steps())
    drain(run, course, then);
  if (!course.is_over())
    return;
  for (const auto node : course.nodes())
    places_.release(run, node);
  courses_.erase(run);
  stop_drained(then);
  begin_what_fits(then);
  end_if_stopped(then);
}

void run_engine::on(run_events::run_added& what, reaction& then) {
  queue_.push({what.run, what.wish});
  begin_what_fits(then);
}

void run_engine::begin_what_fits(reaction& then) {
  while (!queue_.empty() && life_ < life::stopping) {
    const auto nodes = places_.supply();
    auto turn = queue_.next({nodes, nodes_can_join_, trouble_});
    if (!turn)
      return;
    begin(std::move(*turn), then);
  }
  if (life_ == life::until_idle && courses_.empty())
    stop_now(then);
}

void run_engine::begin(run_queue::turn turn, reaction& then) {
  const auto run = turn.head.run;
  if (turn.what == admission::refused) {
    step_failure failed;
    failed.type = "no_solvers";
    failed.text = std::move(turn.why);
    return then.order(run_changed{run, run_state::failed, std::move(failed)});
  }
  auto parts = places_.place(run, turn.head.wish.demand.wish);
  run_placed placed{run, 0, {}};
  for (const auto& its : parts) {
    placed.solvers += its.solvers.count;
    placed.nodes.push_back(its.node);
    placed.groups.push_back(its.solvers);
  }
  then.order(run_changed{run, run_state::starting, {}});
  then.order(std::move(placed));
  courses_.try_emplace(run, run, turn.head.wish, std::move(parts)).first->second.construct(then);
}

void run_engine::on(run_events::timer_rang& what, reaction& then) {
  if (what.timer.what == run_timer::name::stop) {
    life_ = life::ended;
    return then.order(run_commands::end{});
  }
  const auto found = courses_.find(what.timer.run);
  if (found == courses_.end())
    return;
  found->second.patience_over(then);
  settle(what.timer.run, found->second, then);
}

} // namespace lockstep
