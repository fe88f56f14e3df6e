#include "actors/node/front_channel.hpp"

#include <utility>

namespace lockstep {

front_channel::front_channel(node_actor::pointer self, worker_key who, front_actor front,
                             worker_listener& listener, caf_compat::down_watch& watch)
    : self_(self), who_(who), front_(std::move(front)), listener_(listener) {
  watch.watch(self_, front_, [to = &listener_, who] { to->unreachable(who); });
}

template <class Task>
void front_channel::request(const task_identity& task, Task what) {
  // No time limit of CAF's: it would cost a timer for each request. The step's own limit is one
  // deadline for all, and a worker that is gone is told by its exit.
  caf_compat::request(self_, front_, caf::infinite, std::move(what))
      .then([to = &listener_, task](solver_answer& answer) { to->answered(task, answer); },
            [to = &listener_, task](const caf::error& why) {
              solver_answer none;
              none.thrown = true;
              none.type = "worker_error";
              none.text = caf::to_string(why);
              to->answered(task, none);
            });
}

void front_channel::hand(const task_identity& task, prepare_solver what) {
  request(task, std::move(what));
}

void front_channel::hand(const task_identity& task, solver_task what) {
  request(task, std::move(what));
}

void front_channel::hand(const task_identity& task, combine_task what) {
  request(task, std::move(what));
}

void front_channel::stop(run_id run, std::uint64_t up_to_number) {
  caf_compat::send(self_, front_, caf::update_atom_v, run, up_to_number);
}

void front_channel::close() {
  const auto said = [to = &listener_, who = who_] { to->solver_destroyed(who); };
  caf_compat::request(self_, front_, caf::infinite, caf::close_atom_v)
      .then(said, [said](const caf::error&) { said(); });
}

void front_channel::load_ahead(const model_reference& model) {
  caf_compat::send(self_, front_, caf::open_atom_v, model);
}

void front_channel::ask_status(std::chrono::milliseconds limit, settle_status settle) {
  caf_compat::request(self_, front_, limit, caf::get_atom_v)
      .then([settle](solver_status& answer) { settle(std::move(answer)); },
            [settle](const caf::error&) { settle({}); });
}

} // namespace lockstep
