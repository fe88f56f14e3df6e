// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/control_handle.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace lockstep {

/// Questions that take the controller, and nodes, the same work whoever asks. However many ask, one
/// is under way at a time, and one for each run: those who ask meanwhile share the next answer.
///
/// A member of the control actor's state, for its thread. It must live as long as the actor: what
/// the controller answers comes back to it.
class shared_questions {
public:
  enum class question : std::uint8_t { nodes, solvers, system, waiting };
  using use_of_answer = std::function<void(const caller&, const json&)>;

  /// `answers` must outlive it.
  shared_questions(control_actor::pointer self, controller_actor controller, call_answers& answers);
  shared_questions(const shared_questions&) = delete;
  shared_questions& operator=(const shared_questions&) = delete;

  /// Without `use` the caller gets the answer as it is. `run` where the question is about one.
  void ask(question what, caller who, use_of_answer use = nullptr, run_id run = {});

private:
  struct asker {
    caller who;
    use_of_answer use;
  };
  struct shared_question {
    std::vector<asker> asking;
    std::vector<asker> next; ///< who asks while it is under way
  };

  using subject = std::pair<question, run_id>;

  void ask_again(const subject& what);
  void answer(const subject& what, const json& result);
  /// The question is over: asks again for those who came meanwhile.
  void go_on(const subject& what);
  template <class Answer, class Request>
  void await_answer(const subject& what, const Request& request);

  control_actor::pointer self_;
  controller_actor controller_;
  call_answers& answers_;
  std::map<subject, shared_question> questions_; ///< that are under way
};

} // namespace lockstep
