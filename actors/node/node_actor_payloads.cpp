#include "actors/node/node_actor.hpp"

#include <memory>
#include <utility>

// What a node does only where its head is another machine: payloads come and go in pieces, and a
// model's library may have to be fetched.

namespace lockstep {

caf::result<void> node_actor_state::take(const payload_piece& piece) {
  if (!link_ || piece.run.value == 0 || piece.run != run_.asked.run)
    return caf::make_error(errc::transfer_refused,
                           "run " + to_string(piece.run) + " is not this node's");
  return take_piece(link_->in, piece, {run_.asked.payload_limit});
}

void node_actor_state::find_library() {
  caf_compat::request(self_, libraries_.in(self_->system()), caf::infinite, caf::get_atom_v,
                      run_.asked.model)
      .then(
          [this, step = run_.step](std::string& path) {
            if (run_.step != step) // the run is over, or its cancel's grace
              return;
            run_.asked.model.path = std::move(path);
            wait_for_workers();
          },
          [this, step = run_.step](caf::error& why) {
            if (run_.step != step)
              return;
            run_.step.reset();
            step->promise.deliver(std::move(why));
          });
}

caf::result<void> node_actor_state::keep_library(run_id run, const model_reference& model,
                                                 const blob& library) {
  if (!link_ || run != run_.asked.run)
    return caf::make_error(errc::model_missing, "run " + to_string(run) + " is not this node's");
  std::vector arrived{library};
  link_->in.claim(run, arrived);
  auto promise = self_->make_response_promise<void>();
  caf_compat::request(self_, libraries_.in(self_->system()), caf::infinite, caf::put_atom_v, model,
                      std::move(arrived.front()))
      .then([promise](const std::string&) mutable { promise.deliver(); },
            [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  return promise;
}

void node_actor_state::send_home(caf::typed_response_promise<node_answer> promise,
                                 node_answer answer, const std::string& step) {
  const auto held = std::make_shared<node_answer>(std::move(answer));
  run_.sent.clear(); // the transfers hold them
  run_.going_home = true;
  // Dropped with its run, and then nobody waits for the answer.
  link_->out->send(
      run_.asked.run, held->answers,
      [this, promise = std::move(promise), held, step](std::optional<std::string> trouble) mutable {
        run_.going_home = false;
        if (trouble) {
          held->answers.clear();
          held->failed = failure_of(0);
          held->failed->solver.reset();
          held->failed->step = step;
          held->failed->type = "transfer_failed";
          held->failed->text =
              "the answers of this node could not be sent to the head: " + *trouble;
        }
        promise.deliver(std::move(*held));
      });
}

void node_actor_state::give_up_sending() {
  if (link_ && run_.going_home)
    link_->out->abandon(run_.asked.run, "the run was cancelled");
}

} // namespace lockstep
