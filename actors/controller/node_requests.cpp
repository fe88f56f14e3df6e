// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/node_requests.hpp"

#include "actors/wire/limits.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace lockstep {

void node_requests::answered(const question& what, node_answer& answer) {
  if (const auto found = asked_.find({what.run, what.node}); found != asked_.end()) {
    found->second.is_open = false;
    found->second.arguments.clear();
  }
  if (const auto* node = nodes_.up(what.node); node != nullptr && node->link) {
    node->link->in.claim(what.run, answer.answers);
    node->link->in.drop(what.run); // of a transfer that the node gave up
  }
  tell_(run_events::node_answered{what.run, what.node, what.number, what.attempt,
                                  std::move(answer.answers), std::move(answer.solver_seconds),
                                  answer.reduce_seconds, std::move(answer.failed), answer.broken});
}

void node_requests::failed(const question& what, std::string type, std::string text) {
  node_answer none;
  none.failed.emplace();
  none.failed->type = std::move(type);
  none.failed->text = std::move(text);
  answered(what, none);
}

void node_requests::obey(run_commands::prepare_node& what) {
  const auto* node = nodes_.up(what.node);
  if (node == nullptr)
    return;
  const auto& request = history_.find(what.run)->request;
  asked_[{what.run, what.node}] = {what.solvers.size(), true, what.solvers.size()};
  const question asking{what.run, what.node, 0, what.attempt};
  // Constructors may take as long as they like.
  caf_compat::request(self_, node->handle, caf::infinite,
                      prepare_run{what.run, request.model, std::move(what.solvers), what.total,
                                  request.seed, request.parameters, payload_limit_})
      .then([this, asking](node_answer& answer) { answered(asking, answer); },
            [this, asking](const caf::error& why) {
              if (why == errc::model_missing)
                library_missing(asking, why);
              else
                failed(asking, "node_error", caf::to_string(why));
            });
}

void node_requests::obey(run_commands::ask_node& what) {
  const auto* node = nodes_.up(what.node);
  if (node == nullptr)
    return;
  const question asking{what.run, what.node, what.number, what.attempt};
  const auto& call = *what.call;
  node_step step{what.run,
                 what.number,
                 call.kind,
                 call.key,
                 call.name,
                 call.operation,
                 call.chunk,
                 std::move(what.arguments),
                 call.time_limit ? call.time_limit->count() : 0,
                 observers_.are_steps_watched()};
  auto& its = asked_[{what.run, what.node}];
  its.is_open = true;
  its.answers = std::max(its.solvers, step.arguments.size());
  its.arguments = step.arguments;
  if (!node->link)
    return ask(asking, std::move(step));
  const auto held = std::make_shared<node_step>(std::move(step));
  node->link->out->send(what.run, held->arguments,
                        [this, asking, held](const tl::expected<void, std::string>& sent) {
                          if (!sent)
                            failed(asking, "transfer_failed",
                                   "the arguments could not be sent to node " +
                                       to_string(asking.node) + ": " + sent.error());
                          else
                            ask(asking, std::move(*held));
                        });
}

void node_requests::ask(const question& what, node_step step) {
  const auto* node = nodes_.up(what.node);
  if (node == nullptr)
    return;
  caf_compat::request(self_, node->handle, caf::infinite, std::move(step))
      .then(
          [this, what](node_answer& answer) { answered(what, answer); },
          [this, what](const caf::error& why) { failed(what, "node_error", caf::to_string(why)); });
}

void node_requests::obey(const run_commands::stop_solvers& what) {
  if (const auto* node = nodes_.up(what.node))
    caf_compat::send(self_, node->handle, stop_solvers{what.run, what.up_to_number});
}

void node_requests::obey(const run_commands::cancel_solvers& what) {
  if (const auto* node = nodes_.up(what.node))
    caf_compat::send(self_, node->handle, cancel_solvers{what.run, what.grace});
}

void node_requests::obey(const run_commands::close_run& what) {
  asked_.erase({what.run, what.node});
  libraries_.erase(what.run);
  const auto* node = nodes_.up(what.node);
  if (node == nullptr)
    return;
  if (node->link) {
    node->link->in.drop(what.run);
    node->link->out->drop(what.run);
  }
  caf_compat::send(self_, node->handle, close_run{what.run});
}

void node_requests::obey(const run_commands::abandon_payloads& what) {
  std::vector<std::shared_ptr<payload_link>> links;
  for (auto i = asked_.lower_bound({what.run, {}}); i != asked_.end() && i->first.first == what.run;
       ++i)
    if (const auto* node = nodes_.up(i->first.second); node != nullptr && node->link)
      links.push_back(node->link);
  for (const auto& link : links)
    link->out->abandon(what.run, what.why);
}

void node_requests::obey(const run_commands::stop_node& what) {
  if (const auto* node = nodes_.up(what.node))
    caf_compat::send(self_, node->handle, stop_node{});
}

caf::result<void> node_requests::take(const payload_piece& piece) {
  const auto& sender = self_->current_sender();
  for (auto i = asked_.lower_bound({piece.run, {}});
       i != asked_.end() && i->first.first == piece.run; ++i) {
    const auto* node = nodes_.up(i->first.second);
    if (i->second.is_open && node != nullptr && node->link &&
        caf::actor_cast<caf::strong_actor_ptr>(node->handle) == sender)
      return take_piece(node->link->in, piece, {payload_limit_, allowed_from(node->number)});
  }
  return caf::make_error(errc::transfer_refused,
                         "nothing of run " + to_string(piece.run) + " is waited for");
}

/// What may wait there for the message that names it: the answers of all its runs.
std::uint64_t node_requests::allowed_from(node_number node) const {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max() / 2;
  std::uint64_t answers = 0;
  std::uint64_t messages = 0;
  for (const auto& [of, its] : asked_)
    if (of.second == node && its.is_open) {
      answers += its.answers;
      messages += 2 * std::uint64_t{limits::message_bytes};
    }
  return (answers != 0 && payload_limit_ > most / answers ? most : payload_limit_ * answers) +
         messages;
}

void node_requests::forget(node_number node) {
  std::erase_if(asked_, [node](const auto& each) { return each.first.second == node; });
}

} // namespace lockstep
