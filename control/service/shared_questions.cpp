// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/shared_questions.hpp"

#include "control/answers/system_json.hpp"
#include "control/answers/waiting_json.hpp"
#include "control/rpc/envelope.hpp"
#include "control/service/calls/rpc_errors.hpp"

#include "actors/wire/limits.hpp"

#include <string>
#include <utility>

namespace lockstep {

shared_questions::shared_questions(control_actor::pointer self, controller_actor controller,
                                   call_answers& answers)
    : self_(self), controller_(std::move(controller)), answers_(answers) {}

void shared_questions::ask(question what, caller who, use_of_answer use, run_id run) {
  const subject of{what, run};
  auto& its = questions_[of];
  its.next.push_back({std::move(who), std::move(use)});
  if (its.asking.empty())
    ask_again(of);
}

template <class Answer, class Request>
void shared_questions::await_answer(const subject& what, const Request& request) {
  caf_compat::request(self_, controller_, caf::infinite, request)
      .then([this, what](const Answer& found) { answer(what, to_json(found)); },
            [this, what](const caf::error& why) {
              for (const auto& one : std::exchange(questions_[what].asking, {}))
                answers_.fail(one.who, to_rpc_error(why));
              go_on(what);
            });
}

void shared_questions::go_on(const subject& what) {
  const auto its = questions_.find(what);
  if (!its->second.next.empty())
    ask_again(what);
  else if (its->second.asking.empty())
    questions_.erase(its);
}

void shared_questions::ask_again(const subject& what) {
  auto& its = questions_[what];
  its.asking = std::exchange(its.next, {});
  switch (what.first) {
  case question::nodes:
    return await_answer<std::vector<node_info>>(what, list_nodes{});
  case question::solvers:
    return await_answer<std::vector<solver_info>>(what, list_solvers{limits::status_answer});
  case question::system:
    return await_answer<system_info>(what, get_system{});
  case question::waiting:
    return await_answer<run_waiting>(what, get_waiting{what.second, limits::status_answer});
  }
}

void shared_questions::answer(const subject& what, const json& result) {
  std::string text; // made for the first who takes it as it is, shared by all
  for (const auto& one : std::exchange(questions_[what].asking, {})) {
    if (one.use) {
      one.use(one.who, result);
      continue;
    }
    if (text.empty())
      text = to_text(result);
    answers_.give(one.who, text);
  }
  go_on(what);
}

} // namespace lockstep
