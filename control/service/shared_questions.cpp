// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/shared_questions.hpp"

#include "control/answers/system_json.hpp"
#include "control/rpc/envelope.hpp"
#include "control/service/calls/rpc_errors.hpp"

#include "actors/wire/limits.hpp"

#include <string>
#include <utility>

namespace lockstep {

shared_questions::shared_questions(control_actor::pointer self, controller_actor controller,
                                   call_answers& answers)
    : self_(self), controller_(std::move(controller)), answers_(answers) {}

void shared_questions::ask(question what, caller who, use_of_answer use) {
  auto& its = questions_[what];
  its.next.push_back({std::move(who), std::move(use)});
  if (its.asking.empty())
    ask_again(what);
}

template <class Answer, class Request>
void shared_questions::await_answer(question what, const Request& request) {
  caf_compat::request(self_, controller_, caf::infinite, request)
      .then([this, what](const Answer& found) { answer(what, to_json(found)); },
            [this, what](const caf::error& why) {
              auto& its = questions_[what];
              for (const auto& one : std::exchange(its.asking, {}))
                answers_.fail(one.who, to_rpc_error(why));
              if (!its.next.empty())
                ask_again(what);
            });
}

void shared_questions::ask_again(question what) {
  auto& its = questions_[what];
  its.asking = std::exchange(its.next, {});
  switch (what) {
  case question::nodes:
    return await_answer<std::vector<node_info>>(what, list_nodes{});
  case question::solvers:
    return await_answer<std::vector<solver_info>>(what, list_solvers{limits::status_answer});
  case question::system:
    return await_answer<system_info>(what, get_system{});
  }
}

void shared_questions::answer(question what, const json& result) {
  auto& its = questions_[what];
  std::string text; // made for the first who takes it as it is, shared by all
  for (const auto& one : std::exchange(its.asking, {})) {
    if (one.use) {
      one.use(one.who, result);
      continue;
    }
    if (text.empty())
      text = to_text(result);
    answers_.give(one.who, text);
  }
  if (!its.next.empty())
    ask_again(what);
}

} // namespace lockstep
