// SPDX-License-Identifier: BSD-3-Clause

#include "actors/node/node_actor.hpp"

#include "actors/node/proxy_channel.hpp"
#include "actors/wire/limits.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace lockstep {

node_actor_state::node_actor_state(self_pointer self, controller_actor controller,
                                   node_description description,
                                   std::shared_ptr<worker_source> workers)
    : self_(self), controller_(std::move(controller)), description_(std::move(description)),
      workers_(std::move(workers)),
      engine_({description_.slot_cores.size(), workers_->workers_stay(), description_.remote}) {
  if (description_.remote)
    link_ = link_payloads(self_, controller_);
}

node_actor::behavior_type node_actor_state::make_behavior() {
  return {
      [this](start_node) { open(); },
      [this](const join_as_worker& x) { return joined(x); },
      [this](solver_progress& progress) {
        if (number_)
          caf_compat::send(self_, controller_, *number_, std::move(progress));
      },
      [this](const worker_exit& ended) { exited(ended); },
      [this](worker_output& output) {
        if (number_)
          caf_compat::send(self_, controller_, *number_, std::move(output));
      },
      [this](leftovers_ended) { tell(node_events::nothing_left{}); },
      [this](const payload_piece& piece) { return take(piece); },
      [this](const push_library& pushed) { return keep_library(pushed); },
      [this](const prepare_run& asked) { return prepare(asked); },
      [this](node_step& asked) { return begin_step(asked); },
      [this](const cancel_solvers& asked) { cancel(asked); },
      [this](const stop_solvers& asked) {
        tell(node_events::stop_asked{asked.run, asked.up_to_number});
      },
      [this](const close_run& x) { close(x.run); },
      [this](const list_statuses& asked) { return status(asked.wait); },
      [this](const read_worker_output& wanted) { return output(wanted); },
      [](get_heartbeat) { return heartbeat(); },
      [this](stop_node) { return stop(); },
  };
}

void node_actor_state::open() {
  tell(node_events::opened{});
  // Without a controller this node is of no use to anybody.
  watch_.watch(self_, controller_,
               [this] { self_->quit(caf::exit_reason::remote_link_unreachable); });
  caf_compat::request(self_, controller_, limits::worker_start,
                      join_as_node{description_, node_actor{self_}})
      .then(
          [this](node_number number) {
            number_ = number;
            tell(node_events::named{to_string(number)});
          },
          [this](caf::error& why) { self_->quit(std::move(why)); });
}

worker_channel* node_actor_state::channel_of(worker_key who) const {
  const auto found = channels_.find(who);
  return found == channels_.end() ? nullptr : found->second.get();
}

std::int64_t node_actor_state::joined(const join_as_worker& worker) {
  if (worker.slot.value >= description_.slot_cores.size() || engine_.is_stopping())
    return 0;
  const worker_key who{worker.slot.value, worker.pid};
  channels_[who] = std::make_unique<proxy_channel>(self_, who, worker.proxy, *this, watch_);
  tell(node_events::worker_joined{who});
  return description_.pid;
}

void node_actor_state::answered(const task_identity& task, solver_answer& answer) {
  tell(node_events::task_answered{task, std::move(answer.answers), answer.thrown,
                                  std::move(answer.type), std::move(answer.text), answer.seconds});
}

void node_actor_state::solver_destroyed(worker_key who) {
  tell(node_events::solver_destroyed{who});
}

void node_actor_state::unreachable(worker_key who) {
  tell(node_events::worker_unreachable{who});
}

void node_actor_state::exited(const worker_exit& ended) {
  const worker_key who{ended.slot, ended.pid};
  channels_.erase(who);
  tell(node_events::worker_ended{who, ended.text, ended.signal, ended.exit_code, ended.log});
}

node_actor_state::answer_promise node_actor_state::expect_answer() {
  return promises_.emplace(++last_request_, self_->make_response_promise<node_answer>())
      .first->second;
}

caf::result<node_answer> node_actor_state::prepare(const prepare_run& asked) {
  auto promise = expect_answer();
  forget(asked.run);
  auto& its = runs_[asked.run];
  its.parameters = asked.parameters;
  its.payload_limit = asked.payload_limit;
  its.step = step_share::name_of_construction;
  tell(node_events::run_asked{last_request_,
                              {asked.run, asked.model, asked.solvers, asked.total, asked.seed}});
  if (!engine_.has(asked.run))
    forget(asked.run);
  return promise;
}

caf::result<node_answer> node_actor_state::begin_step(node_step& asked) {
  auto promise = expect_answer();
  if (const auto found = runs_.find(asked.run); found != runs_.end()) {
    found->second.step = asked.name;
    found->second.sent.clear();
    if (link_)
      link_->in.claim(asked.run, asked.arguments);
  }
  auto text = std::make_shared<const step_text>(
      step_text{std::move(asked.key), std::move(asked.name), std::move(asked.operation)});
  tell(node_events::step_asked{last_request_, asked.run, asked.number, asked.kind, std::move(text),
                               asked.chunk, std::move(asked.arguments), asked.time_limit_ms,
                               asked.watched});
  return promise;
}

void node_actor_state::cancel(const cancel_solvers& asked) {
  if (link_ && engine_.has(asked.run)) // arguments of a step that will not be asked for
    link_->in.drop(asked.run);
  tell(node_events::cancel_asked{asked.run, asked.grace});
}

void node_actor_state::close(run_id run) {
  tell(node_events::run_closed{run});
  forget(run);
}

void node_actor_state::forget(run_id run) {
  if (runs_.erase(run) == 0 || !link_)
    return;
  link_->in.drop(run);
  link_->out->drop(run);
}

caf::result<void> node_actor_state::stop() {
  auto promise = stop_promises_.emplace_back(self_->make_response_promise<void>());
  tell(node_events::stop_asked_of_node{++last_request_});
  return promise;
}

} // namespace lockstep
