// SPDX-License-Identifier: BSD-3-Clause

#include "actors/node/node_actor.hpp"

#include <utility>
#include <variant>

namespace lockstep {

/// Carries out what the node's engine says, on the node's thread.
struct node_actor_state::command_handler {
  node_actor_state& node;

  void operator()(const node_commands::start_worker& it) const;
  void operator()(const node_commands::kill_worker& it) const;
  void operator()(const node_commands::load_ahead& it) const;
  void operator()(node_commands::construct_solver& it) const;
  void operator()(node_commands::hand_task& it) const;
  void operator()(node_commands::hand_combination& it) const;
  void operator()(const node_commands::ask_to_stop& it) const;
  void operator()(const node_commands::close_solver& it) const;
  void operator()(const node_commands::end_leftovers& it) const;
  void operator()(const node_commands::stop_workers& it) const;
  void operator()(const node_commands::find_library& it) const;
  void operator()(node_commands::answer& it) const;
  void operator()(node_commands::refuse& it) const;
  void operator()(node_commands::tell_change& it) const;
  void operator()(const node_commands::tell_barrier& it) const;
  void operator()(const node_commands::give_up_sending& it) const;
  void operator()(const node_commands::wake_at& it) const;
  void operator()(const node_commands::let_timer_go& it) const;
  void operator()(const node_commands::end_node& it) const;
};

void node_actor_state::tell(node_engine_event event) {
  auto commands = engine_.handle(std::move(event), self_->clock().now());
  for (auto& what : commands)
    std::visit(command_handler{*this}, what);
}

void node_actor_state::command_handler::operator()(const node_commands::start_worker& it) const {
  node.workers_->start({it.slot});
}

void node_actor_state::command_handler::operator()(const node_commands::kill_worker& it) const {
  node.workers_->kill({it.worker.slot}, it.worker.pid);
}

void node_actor_state::command_handler::operator()(const node_commands::load_ahead& it) const {
  if (auto* channel = node.channel_of(it.worker))
    channel->load_ahead(it.model);
}

void node_actor_state::command_handler::operator()(node_commands::construct_solver& it) const {
  const auto& its = node.runs_.at(it.task.run);
  if (auto* channel = node.channel_of(it.worker))
    channel->hand(it.task, prepare_solver{it.task.run, std::move(it.model), it.task.solver,
                                          it.total, it.seed, its.parameters, its.payload_limit});
}

void node_actor_state::command_handler::operator()(node_commands::hand_task& it) const {
  if (auto* channel = node.channel_of(it.worker))
    channel->hand(it.task, solver_task{it.task.run, it.task.step, it.text->key, it.text->name,
                                       std::move(it.arguments)});
}

void node_actor_state::command_handler::operator()(node_commands::hand_combination& it) const {
  if (auto* channel = node.channel_of(it.worker))
    channel->hand(it.task,
                  combine_task{it.task.run, it.text->operation, std::move(it.answers), it.wanted});
}

void node_actor_state::command_handler::operator()(const node_commands::ask_to_stop& it) const {
  if (auto* channel = node.channel_of(it.worker))
    channel->stop(it.run, it.up_to_number);
}

void node_actor_state::command_handler::operator()(const node_commands::close_solver& it) const {
  if (auto* channel = node.channel_of(it.worker))
    channel->close();
}

void node_actor_state::command_handler::operator()(const node_commands::end_leftovers&) const {
  node.workers_->end_leftovers();
}

void node_actor_state::command_handler::operator()(const node_commands::stop_workers&) const {
  node.workers_->stop_all();
}

void node_actor_state::command_handler::operator()(const node_commands::find_library& it) const {
  node.find_library(it);
}

void node_actor_state::command_handler::operator()(node_commands::answer& it) const {
  auto promise = std::move(node.promises_.extract(it.request).mapped());
  node_answer whole{std::move(it.answers), std::move(it.solver_seconds), it.reduce_seconds,
                    std::move(it.failed), it.broken};
  if (node.link_)
    return node.send_home(std::move(promise), it.run, std::move(whole));
  node.runs_.at(it.run).sent = whole.answers;
  promise.deliver(std::move(whole));
}

void node_actor_state::command_handler::operator()(node_commands::refuse& it) const {
  auto why =
      it.text.empty() ? caf::make_error(it.why) : caf::make_error(it.why, std::move(it.text));
  if (auto asked = node.promises_.extract(it.request); !asked.empty())
    asked.mapped().deliver(std::move(why));
}

void node_actor_state::command_handler::operator()(node_commands::tell_change& it) const {
  caf_compat::send(node.self_, node.controller_, *node.number_,
                   worker_change{it.worker.slot, it.worker.pid, it.up, std::move(it.reason)});
}

void node_actor_state::command_handler::operator()(const node_commands::tell_barrier& it) const {
  caf_compat::send(node.self_, node.controller_, *node.number_,
                   solver_reached_barrier{it.run, it.number, it.solver, it.seconds});
}

void node_actor_state::command_handler::operator()(const node_commands::give_up_sending& it) const {
  if (node.link_ && node.runs_.at(it.run).going_home)
    node.link_->out->abandon(it.run, "the run was cancelled");
}

void node_actor_state::command_handler::operator()(const node_commands::wake_at& it) const {
  node.timer_.dispose();
  node.timer_ =
      node.self_->run_scheduled(it.when, [its = &node] { its->tell(node_events::time_came{}); });
}

void node_actor_state::command_handler::operator()(const node_commands::let_timer_go&) const {
  node.timer_.dispose();
}

void node_actor_state::command_handler::operator()(const node_commands::end_node&) const {
  for (auto& promise : node.stop_promises_)
    promise.deliver();
  node.self_->quit();
}

} // namespace lockstep
