#include "control/service/control_actor.hpp"

#include "control/rpc/envelope.hpp"
#include "control/service/rpc_errors.hpp"

#include "actors/wire/limits.hpp"

#include <utility>

// Questions that take the controller, and all nodes, the same work whoever asks. However many ask,
// one is under way at a time: those who ask meanwhile share the next answer.

namespace lockstep {

void control_actor_state::ask_together(const std::string& what, asker who) {
  auto& its = questions_[what];
  its.next.push_back(std::move(who));
  if (its.asking.empty())
    ask_again(what);
}

template <class Request>
void control_actor_state::await_together(const std::string& what, Request request) {
  std::move(request).then([this, what](document& result) { answer_together(what, result.value); },
                          [this, what](const caf::error& why) {
                            auto& its = questions_[what];
                            for (const auto& one : std::exchange(its.asking, {}))
                              fail(one.who, to_rpc_error(why));
                            if (!its.next.empty())
                              ask_again(what);
                          });
}

void control_actor_state::ask_again(const std::string& what) {
  auto& its = questions_[what];
  its.asking = std::exchange(its.next, {});
  const std::int64_t wait_ms = limits::status_answer.count();
  if (what == "status")
    await_together(
        what, caf_compat::request(self_, controller_, caf::infinite, caf::get_atom_v, wait_ms));
  else
    await_together(what,
                   caf_compat::request(self_, controller_, caf::infinite, caf::get_atom_v, what));
}

void control_actor_state::answer_together(const std::string& what, const json& result) {
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
