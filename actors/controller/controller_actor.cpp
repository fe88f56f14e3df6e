#include "actors/controller/controller_actor.hpp"

#include <utility>

namespace lockstep {

controller_actor_state::controller_actor_state(self_pointer self, plan_launcher launch_plan,
                                               controller_options options)
    : self_(self), options_(options), observers_(self, watch_), history_(options.history_bytes),
      engine_(options.nodes_can_join),
      requests_(self, nodes_, history_, observers_, options.payload_limit,
                [this](run_engine_event what) { tell(std::move(what)); }),
      plans_(self, std::move(launch_plan), history_, options.payload_limit,
             [this](run_engine_event what) { tell(std::move(what)); }),
      chronicle_(self, history_, observers_, [this](std::uint64_t wait) { alarm_.remove(wait); }),
      questions_(self, nodes_, engine_), alarm_(self, [this](const due& what) { ring(what); }) {}

controller_actor::behavior_type controller_actor_state::make_behavior() {
  using manner = run_events::stop_asked::manner;
  return {
      [this](caf::join_atom, node_description& description, const node_actor& node) {
        return node_joined(description, node);
      },
      [this](node_number, const solver_progress& x) {
        if (observers_.is_watched())
          observers_.emit("progress", x.run,
                          {{"number", x.number},
                           {"solver", x.solver},
                           {"fraction", x.fraction},
                           {"note", x.note}});
      },
      [this](node_number, const solver_reached_barrier& x) {
        observers_.emit("solver_answered", x.run,
                        {{"number", x.number}, {"solver", x.solver}, {"seconds", x.seconds}});
      },
      [this](node_number node, const worker_change& x) { emit_change(node, x); },
      [this](node_number node, const worker_output& x) { emit_output(node, x); },
      [this](const payload_piece& piece) { return requests_.take(piece); },
      [this](plan_call& call) { return plans_.asked(call); },
      [this](run_id id, json_text& report) { chronicle_.take_report(id, report); },
      [this](plan_ended& ended) { plans_.ended(ended); },
      [this](run_request& request) { return queue_run(request); },
      [this](caf::update_atom, run_id id, const std::string& word) { return control(id, word); },
      [this](caf::update_atom, run_id id, std::int64_t grace_ms, const std::string& why) {
        return cancel(id, grace_ms, why);
      },
      [this](caf::get_atom, run_id id, std::int64_t wait_ms) { return result_of(id, wait_ms); },
      [this](const history_query& wanted) { return look(wanted); },
      [this](caf::monitor_atom, run_id id) { return chronicle_.end_of(id); },
      [this](caf::leave_atom, const std::string& node) { return drain(node); },
      [this](caf::get_atom, const std::string& what) -> caf::result<document> {
        if (what == "nodes")
          return questions_.nodes();
        return document{questions_.count(history_.finished())};
      },
      [this](caf::get_atom, std::int64_t wait_ms) { return questions_.solvers(wait_ms); },
      [this](caf::get_atom, slot_number position, std::uint64_t bytes) {
        return questions_.log(position, bytes);
      },
      [this](caf::subscribe_atom, const observer_actor& observer, bool with_steps) {
        observers_.subscribe(observer, with_steps);
      },
      [this](caf::unsubscribe_atom, const observer_actor& observer) {
        observers_.unsubscribe(observer);
      },
      [this](caf::delete_atom, bool when_idle) {
        return stop(when_idle ? manner::when_idle : manner::at_once);
      },
      [this](caf::put_atom, std::string& why) {
        tell(run_events::own_node_failed{std::move(why)});
      },
      [this](caf::close_atom) { return stop(manner::at_once_alone); },
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

caf::result<void> controller_actor_state::ask(run_engine_event what) {
  refused_.reset();
  tell(std::move(what));
  return refused_ ? caf::result<void>{to_error(*refused_)} : caf::unit;
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

caf::result<run_id> controller_actor_state::queue_run(run_request& request) {
  const run_wish wish{{{request.solvers, request.solvers_per_node}, request.wait_for_nodes},
                      std::chrono::milliseconds{request.cancel_grace_ms},
                      request.push_models};
  if (const auto refused = engine_.refusal(wish))
    return to_error(*refused);
  auto added = history_.add(std::move(request));
  if (auto* why = std::get_if<std::string>(&added))
    return caf::make_error(errc::limit_exceeded, std::move(*why));
  const auto& run = *std::get<run_record*>(added);
  const auto id = run.id;
  observers_.emit("run_queued", id, {{"model", run.request.model.name}});
  tell(run_events::run_added{id, wish}); // it may be over then, and too old to be kept
  return id;
}

caf::error controller_actor_state::why_not(run_id id, run_event what) {
  const auto* run = history_.find(id);
  if (run == nullptr)
    return caf::make_error(errc::no_such_run);
  if (is_over(run->state)) // the engine knows it no more
    return caf::make_error(errc::wrong_state, no_way(id, run->state, what));
  return {};
}

caf::result<void> controller_actor_state::control(run_id id, const std::string& word) {
  if (word == "pause") {
    if (auto why = why_not(id, run_event::pause))
      return why;
    return ask(run_events::pause_asked{id});
  }
  if (word == "resume") {
    if (auto why = why_not(id, run_event::resume))
      return why;
    return ask(run_events::resume_asked{id});
  }
  return caf::make_error(errc::bad_parameter,
                         "a run can be told \"pause\" or \"resume\", not \"" + word + '"');
}

caf::result<void> controller_actor_state::cancel(run_id id, std::int64_t grace_ms,
                                                 const std::string& why) {
  if (auto error = why_not(id, run_event::cancel))
    return error;
  run_events::cancel_asked wanted{id, {}, why};
  if (grace_ms >= 0)
    wanted.grace = std::chrono::milliseconds{grace_ms};
  return ask(std::move(wanted));
}

caf::result<document> controller_actor_state::result_of(run_id id, std::int64_t wait_ms) {
  const auto wait = wait_ms > 0 ? ++last_wait_ : 0;
  auto answer = chronicle_.result_of(id, wait);
  if (wait != 0 && chronicle_.is_waited_for(wait))
    alarm_.set(wait, std::chrono::milliseconds{wait_ms});
  return answer;
}

caf::result<history_found> controller_actor_state::look(const history_query& wanted) {
  auto found = history_.look(wanted);
  if (auto* view = std::get_if<history_view>(&found)) {
    if (wanted.what == history_query::part::run)
      view->queue = questions_.place_in_queue(wanted.run);
    return history_found{std::make_shared<const history_view>(std::move(*view))};
  }
  const auto why = std::get<errc>(found);
  return why == errc::not_finished
             ? caf::make_error(why, "run " + to_string(wanted.run) + " is " +
                                        to_string(history_.find(wanted.run)->state))
             : caf::make_error(why);
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
