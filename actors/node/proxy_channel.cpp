// SPDX-License-Identifier: BSD-3-Clause

#include "actors/node/proxy_channel.hpp"

#include <utility>

namespace lockstep {

proxy_channel::proxy_channel(node_actor::pointer self, worker_key who, worker_proxy proxy,
                             worker_listener& listener, caf_compat::down_watch& watch)
    : self_(self), who_(who), proxy_(std::move(proxy)), listener_(listener) {
  watch.watch(self_, proxy_, [to = &listener_, who] { to->unreachable(who); });
}

template <class Task>
void proxy_channel::request(const task_identity& task, Task what) {
  // No time limit of CAF's: it would cost a timer for each request. The step's own limit is one
  // deadline for all, and a worker that is gone is told by its exit.
  caf_compat::request(self_, proxy_, caf::infinite, std::move(what))
      .then([to = &listener_, task](solver_answer& answer) { to->answered(task, answer); },
            [to = &listener_, task](const caf::error& why) {
              solver_answer none;
              none.thrown = true;
              none.type = "worker_error";
              none.text = caf::to_string(why);
              to->answered(task, none);
            });
}

void proxy_channel::hand(const task_identity& task, prepare_solver what) {
  request(task, std::move(what));
}

void proxy_channel::hand(const task_identity& task, solver_task what) {
  request(task, std::move(what));
}

void proxy_channel::hand(const task_identity& task, combine_task what) {
  request(task, std::move(what));
}

void proxy_channel::stop(run_id run, std::uint64_t up_to_number) {
  caf_compat::send(self_, proxy_, stop_solver{run, up_to_number});
}

void proxy_channel::close() {
  const auto said = [to = &listener_, who = who_] { to->solver_destroyed(who); };
  caf_compat::request(self_, proxy_, caf::infinite, destroy_solver{})
      .then(said, [said](const caf::error&) { said(); });
}

void proxy_channel::load_ahead(const model_reference& model) {
  caf_compat::send(self_, proxy_, preload_library{model});
}

void proxy_channel::ask_status(std::chrono::milliseconds limit, settle_status settle) {
  caf_compat::request(self_, proxy_, limit, get_status{})
      .then([settle](solver_status& answer) { settle(std::move(answer)); },
            [settle](const caf::error&) { settle({}); });
}

} // namespace lockstep
