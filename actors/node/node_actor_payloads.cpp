// SPDX-License-Identifier: BSD-3-Clause

#include "actors/node/node_actor.hpp"

#include <memory>
#include <utility>

// What a node does only where its head is another machine: payloads come and go in pieces, and a
// model's library may have to be fetched.

namespace lockstep {

caf::result<void> node_actor_state::take(const payload_piece& piece) {
  const auto found = runs_.find(piece.run);
  if (!link_ || found == runs_.end())
    return caf::make_error(errc::transfer_refused,
                           "run " + to_string(piece.run) + " is not this node's");
  return take_piece(link_->in, piece, {found->second.payload_limit});
}

void node_actor_state::find_library(const node_commands::find_library& wanted) {
  caf_compat::request(self_, libraries_.in(self_->system()), caf::infinite,
                      locate_library{wanted.model})
      .then(
          [this, run = wanted.run, search = wanted.search](std::string& path) {
            tell(node_events::library_searched{run, search, std::move(path), {}});
          },
          [this, run = wanted.run, search = wanted.search](const caf::error& why) {
            tell(node_events::library_searched{run, search, {}, sentence_of(why)});
          });
}

caf::result<void> node_actor_state::keep_library(const push_library& pushed) {
  if (!link_ || !runs_.contains(pushed.run))
    return caf::make_error(errc::model_missing,
                           "run " + to_string(pushed.run) + " is not this node's");
  std::vector arrived{pushed.library};
  link_->in.claim(pushed.run, arrived);
  auto promise = self_->make_response_promise<void>();
  caf_compat::request(self_, libraries_.in(self_->system()), caf::infinite,
                      cache_library{pushed.model, std::move(arrived.front())})
      .then([promise](const std::string&) mutable { promise.deliver(); },
            [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  return promise;
}

void node_actor_state::send_home(answer_promise promise, run_id run, node_answer answer) {
  const auto held = std::make_shared<node_answer>(std::move(answer));
  runs_.at(run).going_home = true;
  // Dropped with its run, and then nobody waits for the answer.
  link_->out->send(run, held->answers,
                   [this, promise = std::move(promise), run,
                    held](const tl::expected<void, std::string>& sent) mutable {
                     auto& its = runs_.at(run);
                     its.going_home = false;
                     if (!sent) {
                       held->answers.clear();
                       held->failed.emplace();
                       held->failed->step = its.step;
                       held->failed->node = to_string(number_.value_or(node_number{}));
                       held->failed->type = "transfer_failed";
                       held->failed->text =
                           "the answers of this node could not be sent to the head: " +
                           sent.error();
                     }
                     promise.deliver(std::move(*held));
                   });
}

} // namespace lockstep
