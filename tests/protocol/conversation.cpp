// SPDX-License-Identifier: BSD-3-Clause

#include "tests/protocol/conversation.hpp"

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <stdexcept>

namespace lockstep {

stand_in::stand_in(conversation& among)
    : among_(among), self_(among.sys.spawn([its = play_](caf::event_based_actor* self) {
        // What is no request needs no answer.
        const auto note_request = [self, its] {
          if (self->current_mailbox_element()->mid.is_request())
            its->asked.push_back(self->make_response_promise());
        };
        const auto answer_oldest = [its](caf::forward_atom) {
          if (its->asked.empty())
            throw std::logic_error("nobody waits for an answer");
          auto oldest = std::move(its->asked.front());
          its->asked.pop_front();
          its->answer_to_oldest(oldest);
        };
#if CAF_MAJOR_VERSION >= 1
        return caf::behavior{answer_oldest, [](caf::error&) {},
                             [note_request](caf::message&) { note_request(); }};
#else
        self->set_default_handler([note_request](caf::scheduled_actor*, caf::message&) {
          note_request();
          return caf::skippable_result{caf::message{}};
        });
        self->set_error_handler([](caf::error&) {});
        return caf::behavior{answer_oldest};
#endif
      })) {
  among.take_part(self_);
}

void stand_in::leave() {
  caf::anon_send_exit(self_, caf::exit_reason::kill);
  among_.expect<caf::exit_msg>().to(*this);
}

void conversation::ensure(bool holds, code_place where) {
#if CAF_MAJOR_VERSION >= 1
  if (!holds)
    caf::test::runnable::current().fail({"what was to hold does not", where});
  caf::test::reporter::instance().pass(where);
#else
  if (!holds)
    CAF_FAIL("what was to hold does not", where.line);
  caf::test::engine::current_test()->pass();
#endif
}

// Before they take another message: what a scenario had of its own is gone already.
conversation::~conversation() {
#if CAF_MAJOR_VERSION >= 1
  for (const auto& each : taking_part_)
    inject_exit(each, caf::exit_reason::kill);
#else
  for (const auto& each : taking_part_)
    caf::anon_send_exit(each, caf::exit_reason::kill); // overtakes
  consume_messages();
#endif
}

} // namespace lockstep
