// SPDX-License-Identifier: BSD-3-Clause

#include "actors/system/liveness.hpp"

#include <caf/scoped_actor.hpp>

#include <utility>

namespace lockstep {

namespace {

template <class Answer, class Handle, class... Question>
bool answers_with(caf::actor_system& system, const Handle& who, std::chrono::milliseconds limit,
                  Question&&... question) {
  bool alive = false;
  caf::scoped_actor self{system};
  caf_compat::request(self.ptr(), who, limit, std::forward<Question>(question)...)
      .receive([&](const Answer&) { alive = true; },
               [&](const caf::error& why) {
                 alive = why != caf::sec::request_timeout && why != caf::sec::request_receiver_down;
               });
  return alive;
}

} // namespace

bool answers(caf::actor_system& system, const controller_actor& who,
             std::chrono::milliseconds limit) {
  return answers_with<system_info>(system, who, limit, get_system{});
}

bool answers(caf::actor_system& system, const node_actor& who, std::chrono::milliseconds limit) {
  return answers_with<output_tail>(system, who, limit, read_worker_output{slot_number{0}, 0});
}

} // namespace lockstep
