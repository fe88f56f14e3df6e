// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/call_answers.hpp"

#include "control/rpc/envelope.hpp"

#include <utility>

namespace lockstep {

call_answers::call_answers(answer_sink& sink, audit_log& audit) : sink_(sink), audit_(audit) {}

void call_answers::answer(const caller& who, const json& result) {
  note(who, json::object());
  sink_.answer(who.connection, who.token, to_text(result));
}

void call_answers::fail(const caller& who, rpc_error error) {
  note(who, {{"error", error.message}});
  sink_.fail(who.connection, who.token, std::move(error));
}

void call_answers::give(const caller& who, std::string_view text) {
  sink_.answer(who.connection, who.token, text);
}

void call_answers::note(const caller& who, const json& more) const {
  if (!who.note)
    return;
  auto details = who.note->details;
  details.update(more);
  audit_.write(who.note->method, who.note->who, who.note->from, details);
}

void call_answers::notify(std::uint64_t connection, std::string line) {
  sink_.notify(connection, std::move(line));
}

bool call_answers::is_open(std::uint64_t connection) const {
  return sink_.is_open(connection);
}

} // namespace lockstep
