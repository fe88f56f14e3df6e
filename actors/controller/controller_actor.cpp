// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/controller_actor.hpp"

#include <utility>

namespace lockstep {

controller_actor_state::controller_actor_state(self_pointer self,
                                               std::shared_ptr<plan_launcher> plans,
                                               controller_options options)
    : self_(self), options_(options), observers_(self, watch_), history_(options.history_bytes),
      engine_(options.nodes_can_join),
      requests_(self, nodes_, history_, observers_, options.payload_limit,
                [this](run_engine_event what) { tell(std::move(what)); }),
      plans_(self, std::move(plans), history_, options.payload_limit,
             [this](run_engine_event what) { tell(std::move(what)); }),
      chronicle_(self, history_, observers_, [this](std::uint64_t wait) { alarm_.remove(wait); }),
      questions_(self, nodes_, engine_), waiting_(self, nodes_, engine_, history_, questions_),
      alarm_(self, [this](const due& what) { ring(what); }) {}

controller_actor::behavior_type controller_actor_state::make_behavior() {
  using manner = run_events::stop_asked::manner;
  return {
      [this](join_as_node& x) { return node_joined(x.description, x.node); },
      [this](node_number, const solver_progress& x) {
        observers_.tell(x.run, events::progress{x.number, x.solver, x.fraction, x.note});
      },
      [this](node_number, const solver_reached_barrier& x) {
        observers_.tell(x.run, events::solver_answered{x.number, x.solver, x.seconds});
      },
      [this](node_number node, const worker_change& x) { emit_change(node, x); },
      [this](node_number node, const worker_output& x) { emit_output(node, x); },
      [this](const payload_piece& piece) { return requests_.take(piece); },
      [this](plan_call& call) { return plans_.asked(call); },
      [this](run_id id, json_text& report) { chronicle_.take_report(id, report); },
      [this](plan_ended& ended) { plans_.ended(ended); },
      [this](start_run& request) { return queue_run(request); },
      [this](const pause_run& x) {
        return order(x.run, run_event::pause, run_events::pause_asked{x.run});
      },
      [this](const resume_run& x) {
        return order(x.run, run_event::resume, run_events::resume_asked{x.run});
      },
      [this](const cancel_run& x) {
        return order(x.run, run_event::cancel, run_events::cancel_asked{x.run, x.grace, x.why});
      },
      [this](const get_run& x) { return describe(x.run); },
      [this](const list_runs& wanted) { return history_.look(wanted); },
      [this](const get_waiting& wanted) { return waiting_.ask(wanted); },
      [this](const get_result& wanted) { return result_of(wanted); },
      [this](const await_run& x) { return chronicle_.end_of(x.run); },
      [this](const list_steps& wanted) { return look<step_list>(wanted); },
      [this](const list_reports& wanted) { return look<report_list>(wanted); },
      [this](list_nodes) { return questions_.nodes(); },
      [this](const drain_node& x) { return drain(x.node); },
      [this](const list_solvers& x) { return questions_.solvers(x.wait); },
      [this](const read_solver_output& wanted) { return questions_.log(wanted); },
      [this](get_system) { return questions_.count(history_.finished()); },
      [this](const watch_events& x) { observers_.subscribe(x.observer, x.with_steps); },
      [this](const unwatch_events& x) { observers_.unsubscribe(x.observer); },
      [this](const shut_down& x) {
        return stop(x.when_idle ? manner::when_idle : manner::at_once);
      },
      [this](local_node_failed& x) { tell(run_events::own_node_failed{std::move(x.why)}); },
      [this](stop_controller) { return stop(manner::at_once_alone); },
  };
}

void controller_actor_state::tell(run_engine_event what) {
  next_.push_back(std::move(what));
  if (is_carrying_out_)
    return;
  is_carrying_out_ = true;
  while (!next_.empty()) {
    auto commands = engine_.handle(std::move(next_.front()), alarm_.now());
    next_.pop_front();
    for (auto& each : commands)
      std::visit([this](auto& command) { carry_out(command); }, each);
  }
  is_carrying_out_ = false;
  history_.forget_old_runs();
}

template <class Command>
void controller_actor_state::carry_out(Command& what) {
  if constexpr (requires { requests_.obey(what); })
    requests_.obey(what);
  else if constexpr (requires { plans_.obey(what); })
    plans_.obey(what);
  else if constexpr (requires { chronicle_.obey(what); })
    chronicle_.obey(what);
  else
    obey(what);
}

caf::error to_error(const run_commands::request_refused& why) {
  return why.why.empty() ? caf::make_error(why.what) : caf::make_error(why.what, why.why);
}

caf::error controller_actor_state::ask(run_engine_event what) {
  refused_.reset();
  tell(std::move(what));
  return refused_ ? to_error(*refused_) : caf::error{};
}

void controller_actor_state::ring(const due& what) {
  if (const auto* timer = std::get_if<run_timer>(&what))
    tell(run_events::timer_rang{*timer});
  else
    chronicle_.wait_over(std::get<std::uint64_t>(what));
}

void controller_actor_state::obey(const run_commands::remove_timer& what) {
  alarm_.remove(what.timer);
  alarm_.rest();
}

caf::result<run_info> controller_actor_state::queue_run(start_run& request) {
  const run_wish wish{{{request.solvers, request.solvers_per_node}, request.wait_for_nodes},
                      std::chrono::milliseconds{request.cancel_grace_ms},
                      request.push_models};
  if (const auto refused = engine_.refusal(wish))
    return to_error(*refused);
  auto added = history_.add(std::move(request));
  if (!added)
    return caf::make_error(errc::limit_exceeded, std::move(added.error()));
  const auto as_added = info_of(**added);
  const auto id = as_added.run;
  observers_.tell(id, events::run_queued{as_added.model});
  tell(run_events::run_added{id, wish}); // it may be over then, and too old to be kept
  auto* run = history_.find(id);
  return run != nullptr ? describe(*run) : as_added;
}

caf::result<run_info> controller_actor_state::order(run_id id, run_event what,
                                                    run_engine_event wanted) {
  const auto* run = history_.find(id);
  if (run == nullptr)
    return caf::make_error(errc::no_such_run);
  if (is_over(run->state)) // the engine knows it no more
    return caf::make_error(errc::wrong_state, no_way(id, run->state, what));
  if (auto refused = ask(std::move(wanted)))
    return refused;
  return describe(id);
}

run_info controller_actor_state::describe(run_record& run) const {
  auto info = *run_history::info(run);
  info.queue = questions_.place_in_queue(run.id);
  return info;
}

caf::result<run_info> controller_actor_state::describe(run_id id) {
  auto* run = history_.find(id);
  return run != nullptr ? caf::result<run_info>{describe(*run)}
                        : caf::make_error(errc::no_such_run);
}

caf::result<run_result> controller_actor_state::result_of(const get_result& wanted) {
  const auto wait = wanted.wait.count() > 0 ? ++last_wait_ : 0;
  auto answer = chronicle_.result_of(wanted.run, wait);
  if (wait != 0 && chronicle_.is_waited_for(wait))
    alarm_.set(wait, wanted.wait);
  return answer;
}

template <class Found, class Wanted>
caf::result<Found> controller_actor_state::look(const Wanted& wanted) {
  const auto* run = history_.find(wanted.run);
  if (run == nullptr)
    return caf::make_error(errc::no_such_run);
  return run_history::look(*run, wanted);
}

caf::result<void> controller_actor_state::stop(run_events::stop_asked::manner how) {
  auto promise = self_->make_response_promise<void>();
  stop_promises_.push_back(promise);
  tell(run_events::stop_asked{how});
  return promise;
}

void controller_actor_state::obey(const run_commands::end&) {
  for (auto& promise : stop_promises_)
    promise.deliver();
  stop_promises_.clear();
  self_->quit();
}

} // namespace lockstep
