// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/control_actor.hpp"

#include "control/answers/system_json.hpp"
#include "control/rpc/envelope.hpp"
#include "control/service/rpc_errors.hpp"

#include "actors/wire/limits.hpp"

#include <utility>

// Questions that take the controller, and all nodes, the same work whoever asks. However many ask,
// one is under way at a time: those who ask meanwhile share the next answer.

namespace lockstep {

void control_actor_state::ask_together(question what, asker who) {
  auto& its = questions_[what];
  its.next.push_back(std::move(who));
  if (its.asking.empty())
    ask_again(what);
}

template <class Answer, class Request>
void control_actor_state::await_together(question what, const Request& request) {
  caf_compat::request(self_, controller_, caf::infinite, request)
      .then([this, what](const Answer& found) { answer_together(what, to_json(found)); },
            [this, what](const caf::error& why) {
              auto& its = questions_[what];
              for (const auto& one : std::exchange(its.asking, {}))
                fail(one.who, to_rpc_error(why));
              if (!its.next.empty())
                ask_again(what);
            });
}

void control_actor_state::ask_again(question what) {
  auto& its = questions_[what];
  its.asking = std::exchange(its.next, {});
  switch (what) {
  case question::nodes:
    return await_together<std::vector<node_info>>(what, list_nodes{});
  case question::solvers:
    return await_together<std::vector<solver_info>>(what, list_solvers{limits::status_answer});
  case question::system:
    return await_together<system_info>(what, get_system{});
  }
}

void control_actor_state::answer_together(question what, const json& result) {
  auto& its = questions_[what];
  std::string text; // made for the first who takes it as it is, shared by all
  for (const auto& one : std::exchange(its.asking, {})) {
    if (one.use) {
      one.use(one.who, result);
      continue;
    }
    if (text.empty())
      text = to_text(result);
    sink_.answer(one.who.connection, one.who.token, text);
  }
  if (!its.next.empty())
    ask_again(what);
}

} // namespace lockstep
