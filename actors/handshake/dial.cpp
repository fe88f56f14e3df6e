// SPDX-License-Identifier: BSD-3-Clause

#include "actors/handshake/dial.hpp"

#include "actors/handshake/dial_socket.hpp"

#include <poll.h>

#include <string>
#include <utility>

namespace lockstep {

namespace {

using tls_outcome = tls_session::outcome;

/// Thrown and caught in this file only.
struct gave_up {
  dial_failure failure;
};

/// One connection to a listener, step by step.
class conversation {
public:
  conversation(const address& where, const tls_context& context, const dial_options& options)
      : where_(where), clock_(options), session_(open(context)) {
    drive([&] { return session_->handshake(); });
  }

  /// Says one text and gives the answer.
  std::string ask(const std::string& text) {
    hello_writer writer{text};
    hello_reader reader;
    // A listener that refuses us may have said so and gone before it has read anything.
    (void)attempt([&] { return writer.advance(*session_); });
    drive([&] {
      const auto how = reader.advance(*session_);
      if (!reader.why().empty())
        give_up(reader.why(), false);
      return how;
    });
    if (session_->pending() != 0)
      give_up("more came than an answer", false);
    return reader.text();
  }

  [[noreturn]] void give_up(const std::string& why, bool again) const {
    const auto* end = why.ends_with('.') ? "" : "."; // the head's own sentences have one
    throw gave_up{{"Cannot link with " + to_string(where_) + ": " + why + end, again}};
  }

  [[nodiscard]] tls_session& session() { return *session_; }
  [[nodiscard]] std::unique_ptr<tls_session> take_session() { return std::move(session_); }

private:
  std::unique_ptr<tls_session> open(const tls_context& context) const {
    auto connected = connect_to(where_, clock_);
    if (!connected)
      throw gave_up{std::move(connected.error())};
    return context.connect(*std::move(connected));
  }

  /// Calls it until it is done, or until the session ends.
  template <class Action>
  tls_outcome attempt(const Action& action) {
    for (;;) {
      const auto how = action();
      if (how != tls_outcome::wants_read && how != tls_outcome::wants_write)
        return how;
      if (!clock_.wait(session_->descriptor(), how == tls_outcome::wants_read ? POLLIN : POLLOUT))
        throw gave_up{clock_.failure(where_)};
    }
  }

  template <class Action>
  void drive(const Action& action) {
    const auto how = attempt(action);
    if (how == tls_outcome::closed)
      give_up("it ended the connection", true);
    if (how == tls_outcome::failed)
      give_up(session_->why(), session_->line_lost());
  }

  const address where_;
  const dial_clock clock_;
  std::unique_ptr<tls_session> session_;
};

/// The peer, if the answer accepts us and we accept it.
link_peer accept(conversation& with, const std::string& answer, const address& where,
                 const hello& own) {
  auto read = read_link_answer(answer);
  if (!read)
    with.give_up(read.error().why, false);
  auto& said = read->own;
  if (const auto why = mismatch(own, said); !why.empty())
    with.give_up(why, false);
  const auto& certificate = with.session().peer();
  if (!certificate || said.role != to_string(certificate->role) || said.name != certificate->name)
    with.give_up("the hello is that of " + title(said) + ", which the certificate is not", false);
  return {*certificate, std::move(said), to_string(where)};
}

} // namespace

tl::expected<dialled, dial_failure> dial(const address& where, const tls_context& context,
                                         const hello& own, const dial_options& options) {
  try {
    conversation with{where, context, options};
    const auto answer = with.ask(to_text(link_request{own}));
    auto peer = accept(with, answer, where, own);
    return dialled{with.take_session(), std::move(peer)};
  } catch (gave_up& over) {
    return tl::unexpected(std::move(over.failure));
  }
}

tl::expected<enrol_answer, dial_failure> enrol(const address& where, const tls_context& context,
                                               const enrol_request& wanted,
                                               const dial_options& options) {
  try {
    conversation with{where, context, options};
    auto read = read_enrol_answer(with.ask(to_text(wanted)));
    if (!read)
      with.give_up(read.error().why, false);
    return *std::move(read);
  } catch (gave_up& over) {
    return tl::unexpected(std::move(over.failure));
  }
}

} // namespace lockstep
