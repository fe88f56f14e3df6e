// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/protocol/caf_test.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/response_promise.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace lockstep {

class conversation;

/// Somebody who takes part in a conversation and is played by the test: takes every message, and
/// answers a request when the test says what. Named by `expect`, `disallow` and `inject`.
class stand_in {
public:
  explicit stand_in(conversation& among);

  /// As the actor that it stands for.
  template <class Handle>
  [[nodiscard]] Handle as() const {
    return caf::actor_cast<Handle>(address());
  }

  /// Answers the oldest request that waits: with a message, an error, or nothing.
  template <class... Ts>
  void answer(Ts... what);

  /// Ends, as if its process were gone.
  void leave();

  [[nodiscard]] caf::strong_actor_ptr address() const {
    return caf::actor_cast<caf::strong_actor_ptr>(self_);
  }

private:
  struct play {
    std::deque<caf::response_promise> asked;                      ///< and not answered yet
    std::function<void(caf::response_promise&)> answer_to_oldest; ///< what the test says
  };

  conversation& among_;
  std::shared_ptr<play> play_ = std::make_shared<play>();
  caf::actor self_;
};

inline caf::strong_actor_ptr address_of(const stand_in& who) {
  return who.address();
}

/// Actors that talk to each other, one message at a time and each of them looked at. Nothing
/// happens but by `expect`, `inject`, a stand-in's `answer` and `advance_time`, which is CAF's.
///
/// A file of scenarios says in a namespace of its own what they stand on:
///
///     using caf_test_case_auto_fixture = a_controller; // derived from conversation
class conversation : public fixture_of_caf {
public:
  ~conversation();

  /// The next message to the receiver is this one, and it is taken.
  template <class... Ts>
  expected_message<Ts...> expect(code_place where = code_place::current()) {
    return {*this, where};
  }

  /// No such message waits for the receiver. CAF 0.18 looks at the next one only.
  template <class... Ts>
  disallowed_message<Ts...> disallow(code_place where = code_place::current()) {
    return {*this, where};
  }

  injection inject(code_place where = code_place::current()) { return {*this, where}; }

  template <class Handle>
  [[nodiscard]] bool has_ended(const Handle& whom) {
    return deref(address_of(whom)).mailbox().closed();
  }

  /// Ends the scenario unless this holds, of what no message tells.
  void ensure(bool holds, code_place where = code_place::current());

  /// An actor of the product, under test.
  template <class Handle, class State, class... Ts>
  Handle spawn(Ts&&... how) {
    auto made =
        sys.spawn<caf::stateful_actor<State, typename Handle::base>>(std::forward<Ts>(how)...);
    take_part(made);
    return made;
  }

  /// It is there until the end of the scenario.
  template <class Handle>
  void take_part(const Handle& whom) {
    taking_part_.push_back(address_of(whom));
#if CAF_MAJOR_VERSION < 1
    if (sched.prioritize(whom)) // 1.1 has it come up by itself
      sched.run_once();
#endif
  }

private:
  static caf::scheduled_actor& deref(const caf::strong_actor_ptr& whom) {
    return dynamic_cast<caf::scheduled_actor&>(*caf::actor_cast<caf::abstract_actor*>(whom));
  }

  std::vector<caf::strong_actor_ptr> taking_part_;
};

template <class... Ts>
void stand_in::answer(Ts... what) {
  play_->answer_to_oldest = [what = std::tuple{std::move(what)...}](auto& oldest) {
    std::apply([&](const auto&... each) { oldest.deliver(each...); }, what);
  };
  among_.inject().with(caf::forward_atom_v).to(*this);
}

} // namespace lockstep
