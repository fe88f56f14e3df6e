#include "actors/controller/controller_actor.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

// What a controller does for nodes on other machines: payloads go and come in pieces, and a model's
// library is sent where it is missing.

namespace lockstep {

namespace {

node_answer failed_answer(std::string type, std::string text) {
  node_answer none;
  none.failed.emplace();
  none.failed->type = std::move(type);
  none.failed->text = std::move(text);
  return none;
}

/// Neighbours in neighbouring slots, from the node's first slot on.
std::vector<placed_solver> slot_by_slot(const share& solvers) {
  std::vector<placed_solver> placed;
  for (std::size_t i = 0; i < solvers.count; ++i)
    placed.push_back({solvers.first + i, static_cast<std::uint32_t>(i)});
  return placed;
}

std::string host_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return host.data();
}

} // namespace

void controller_actor_state::send_share(const fan_out_pointer& step, std::size_t index,
                                        node_step share) {
  const auto& to = active_->parts[index];
  const auto settle = answer_for(step, index);
  const auto ask = [this, settle, node = to.handle](node_step asked) {
    // No time limit of CAF's: the node enforces the step's own, and a node that is gone is told by
    // its DOWN.
    caf_compat::request(self_, node, caf::infinite, std::move(asked))
        .then([settle](node_answer& answer) { settle(std::move(answer)); },
              [settle](const caf::error& why) { settle(error_of_node(why)); });
  };
  if (!to.link) {
    ask(std::move(share));
    return;
  }
  const auto held = std::make_shared<node_step>(std::move(share));
  to.link->out->send(
      active_->id, held->arguments,
      [settle, ask, held, name = to_string(to.node)](std::optional<std::string> trouble) {
        if (trouble)
          settle(failed_answer("transfer_failed", "the arguments could not be sent to node " +
                                                      name + ": " + *trouble));
        else
          ask(std::move(*held));
      });
}

void controller_actor_state::claim_answers(std::size_t index, node_answer& answer) {
  if (const auto& from = active_->parts[index]; from.link)
    from.link->in.claim(active_->id, answer.answers);
}

caf::result<void> controller_actor_state::take(const payload_piece& piece) {
  const auto& sender = self_->current_sender();
  if (active_ && active_->id == piece.run && active_->under_way)
    for (const auto& its : active_->parts)
      if (its.link && caf::actor_cast<caf::strong_actor_ptr>(its.handle) == sender)
        return take_piece(its.link->in, piece, allowed_from(its));
  return caf::make_error(errc::transfer_refused,
                         "nothing of run " + to_string(piece.run) + " is waited for");
}

payload_receiver::allowance controller_actor_state::allowed_from(const part& node) const {
  const auto answers = std::max(node.solvers.count, active_->under_way->arguments.size());
  const auto of_answers =
      options_.payload_limit > std::numeric_limits<std::uint64_t>::max() / 2 / answers
          ? std::numeric_limits<std::uint64_t>::max() / 2
          : options_.payload_limit * answers;
  return {options_.payload_limit, of_answers + 2 * std::uint64_t{limits::message_bytes}};
}

void controller_actor_state::abandon_payloads(const std::string& why) {
  const auto run = active_->id;
  std::vector<std::shared_ptr<payload_link>> links;
  for (const auto& its : active_->parts)
    if (its.link)
      links.push_back(its.link);
  for (const auto& link : links)
    link->out->abandon(run, why);
}

void controller_actor_state::prepare_node(const fan_out_pointer& step, std::size_t index,
                                          bool was_pushed) {
  const auto& run = *find(active_->id);
  const auto& its = active_->parts[index];
  const auto settle = answer_for(step, index);
  // Constructors may take as long as they like; a node that is gone is told by its DOWN.
  caf_compat::request(self_, its.handle, caf::infinite,
                      prepare_run{run.id, run.request.model, slot_by_slot(its.solvers), run.solvers,
                                  run.request.seed, run.request.parameters, options_.payload_limit})
      .then(
          [settle](node_answer& answer) { settle(std::move(answer)); },
          [this, settle, waiting = std::weak_ptr{step}, index, was_pushed](const caf::error& why) {
            const auto asked = waiting.lock();
            if (why == errc::model_missing && asked && active_ && active_->under_way == asked)
              library_missing(asked, index, was_pushed, why);
            else
              settle(error_of_node(why));
          });
}

void controller_actor_state::library_missing(const fan_out_pointer& step, std::size_t index,
                                             bool was_pushed, const caf::error& why) {
  const auto& its = active_->parts[index];
  const auto& run = *find(active_->id);
  if (run.request.push_models && its.link && !was_pushed) {
    push_library(step, index);
    return;
  }
  const auto host = nodes_.at(its.node.value).description.host;
  const auto where = to_string(its.node) + " (" + host + ")";
  auto failed = failed_answer(
      "model_missing",
      "node " + where + " has not the library of the head (" + host_name() + "), " +
          run.request.model.path + " with SHA-256 " + run.request.model.sha256 + ": " +
          sentence_of(why) +
          (was_pushed ? ""
                      : "; install it on node " + where + " or start the run with --push-models"));
  failed.failed->node = to_string(its.node);
  node_answered(step, index, std::move(failed));
}

void controller_actor_state::push_library(const fan_out_pointer& step, std::size_t index) {
  auto& library = active_->library;
  if (!library.bytes.empty()) {
    send_library(step, index);
    return;
  }
  library.waiting.push_back(index);
  if (library.waiting.size() > 1)
    return; // it is being read
  caf_compat::request(self_, libraries_.in(self_->system()), caf::infinite, caf::open_atom_v,
                      find(active_->id)->request.model)
      .then(
          [this, waiting = std::weak_ptr{step}](const blob& bytes) {
            const auto asked = waiting.lock();
            if (!asked || !active_ || active_->under_way != asked)
              return;
            active_->library.bytes = bytes;
            for (const auto each : std::exchange(active_->library.waiting, {}))
              send_library(asked, each);
          },
          [this, waiting = std::weak_ptr{step}](const caf::error& why) {
            const auto asked = waiting.lock();
            if (!asked || !active_ || active_->under_way != asked)
              return;
            for (const auto each : std::exchange(active_->library.waiting, {}))
              node_answered(asked, each, failed_answer("model_missing", sentence_of(why)));
          });
}

void controller_actor_state::send_library(const fan_out_pointer& step, std::size_t index) {
  const auto held = std::make_shared<blob>(active_->library.bytes);
  active_->parts[index].link->out->send_library(
      active_->id, *held,
      [this, waiting = std::weak_ptr{step}, index, held](std::optional<std::string> trouble) {
        const auto asked = waiting.lock();
        if (!asked || !active_ || active_->under_way != asked)
          return;
        if (trouble)
          node_answered(asked, index,
                        failed_answer("transfer_failed",
                                      "the model's library could not be sent to node " +
                                          to_string(active_->parts[index].node) + ": " + *trouble));
        else
          keep_library(asked, index, *held);
      });
}

void controller_actor_state::keep_library(const fan_out_pointer& step, std::size_t index,
                                          const blob& library) {
  const auto still_wanted = [this, waiting = std::weak_ptr{step}]() {
    auto asked = waiting.lock();
    return active_ && active_->under_way == asked ? asked : nullptr;
  };
  caf_compat::request(self_, active_->parts[index].handle, caf::infinite, caf::put_atom_v,
                      active_->id, find(active_->id)->request.model, library)
      .then(
          [this, still_wanted, index] {
            if (const auto asked = still_wanted())
              prepare_node(asked, index, true);
          },
          [this, still_wanted, index](const caf::error& why) {
            if (const auto asked = still_wanted())
              library_missing(asked, index, true, why);
          });
}

} // namespace lockstep
