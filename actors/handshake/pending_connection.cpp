// SPDX-License-Identifier: BSD-3-Clause

#include "actors/handshake/pending_connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <utility>

namespace lockstep {

namespace {

using tls_outcome = tls_session::outcome;

/// Of what an unauthenticated peer still sends after the last word.
constexpr std::size_t discarded_bytes_max = 256 << 10;

listener_decision refuse(listener_refusal reason, std::string why) {
  listener_decision decision;
  decision.reason = reason;
  decision.answer = to_text(refusal{why});
  decision.why = std::move(why);
  return decision;
}

listener_decision authorize_link(const link_request& wanted,
                                 const std::optional<certificate_facts>& certificate,
                                 const std::string& address, const listener_options& options,
                                 const listener_callbacks& callbacks) {
  const auto& said = wanted.own;
  if (!certificate)
    return refuse(listener_refusal::no_certificate,
                  title(said) + " shows no certificate; a machine without one joins with a token");
  if (auto why = mismatch(options.own, said); !why.empty())
    return refuse(listener_refusal::mismatch, std::move(why));
  if (said.role != to_string(certificate->role) || said.name != certificate->name)
    return refuse(listener_refusal::mismatch,
                  "the hello is that of " + title(said) + ", the certificate that of " +
                      to_string(certificate->role) + " " + certificate->name);
  listener_decision decision;
  decision.peer = link_peer{*certificate, said, address};
  if (callbacks.authorize)
    if (auto why = callbacks.authorize(*decision.peer))
      return refuse(listener_refusal::not_authorized, std::move(*why));
  decision.what = listener_decision::outcome::linked;
  decision.answer = to_text(link_answer{options.own});
  return decision;
}

listener_decision authorize_enrolment(const enrol_request& wanted,
                                      const std::optional<certificate_facts>& certificate,
                                      const std::string& address,
                                      const listener_callbacks& callbacks) {
  if (!callbacks.enrol)
    return refuse(listener_refusal::enrolment, "no certificates are to be had here; ask the head");
  auto decided = callbacks.enrol(wanted, certificate, address);
  if (!decided)
    return refuse(listener_refusal::enrolment, std::move(decided.error().why));
  listener_decision decision;
  decision.what = listener_decision::outcome::enrolled;
  decision.answer = to_text(*decided);
  decision.name = wanted.name;
  return decision;
}

} // namespace

listener_decision authorize(const std::string& hello_text,
                            const std::optional<certificate_facts>& certificate,
                            const std::string& address, const listener_options& options,
                            const listener_callbacks& callbacks) try {
  const auto wanted = read_hello_request(hello_text);
  if (!wanted)
    return refuse(listener_refusal::bad_hello, wanted.error().why);
  if (const auto* enrol = std::get_if<enrol_request>(&*wanted))
    return authorize_enrolment(*enrol, certificate, address, callbacks);
  return authorize_link(std::get<link_request>(*wanted), certificate, address, options, callbacks);
} catch (const std::exception& failed) { // a full disk, say
  return refuse(listener_refusal::not_authorized,
                std::string{"this side failed to decide on it: "} + failed.what());
}

pending_connection::pending_connection(std::unique_ptr<tls_session> session, std::string address,
                                       std::string source, time_point deadline,
                                       std::size_t bytes_max)
    : session_(std::move(session)), address_(std::move(address)), source_(std::move(source)),
      deadline_(deadline), events_(POLLIN), reader_(bytes_max) {}

bool pending_connection::step(tls_outcome how, state next) {
  switch (how) {
  case tls_outcome::done:
    now_ = next;
    events_ = POLLIN;
    return true;
  case tls_outcome::wants_read:
    events_ = POLLIN;
    return false;
  case tls_outcome::wants_write:
    events_ = POLLOUT;
    return false;
  default:
    fail();
    return false;
  }
}

void pending_connection::fail() {
  if (now_ == state::handshake) {
    decision_ = refuse(listener_refusal::tls, session_->why());
  } else {
    auto why = reader_.why();
    if (why.empty())
      why = session_->why().empty() ? "it ended before its hello was over" : session_->why();
    decision_ = refuse(listener_refusal::bad_hello, std::move(why));
    writer_.emplace(decision_->answer);
    (void)writer_->advance(*session_); // if it can still be heard
  }
  part();
}

listener_decision pending_connection::too_much() {
  return refuse(listener_refusal::bad_hello, "more came than a hello");
}

void pending_connection::finish(tls_outcome how) {
  if (how == tls_outcome::closed || how == tls_outcome::failed) {
    if (decision_->what != listener_decision::outcome::refused)
      decision_ = refuse(listener_refusal::bad_hello, "it went away before it was answered");
    part();
  } else if (how != tls_outcome::done) {
    events_ = how == tls_outcome::wants_write ? POLLOUT : POLLIN;
  } else if (decision_->what == listener_decision::outcome::linked) {
    now_ = state::linked;
  } else {
    part();
  }
}

void pending_connection::part() {
  session_->say_goodbye();
  ::shutdown(session_->descriptor(), SHUT_WR);
  now_ = state::lingering;
  events_ = POLLIN;
}

void pending_connection::discard() {
  std::array<char, 4096> bin{};
  while (discarded_ <= discarded_bytes_max) {
    const auto got = ::recv(session_->descriptor(), bin.data(), bin.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    if (got <= 0)
      break;
    discarded_ += static_cast<std::size_t>(got);
  }
  now_ = state::gone;
}

void pending_connection::turn_away(listener_refusal reason, std::string why) {
  if (!decision_)
    decision_ = refuse(reason, std::move(why));
  now_ = state::gone;
}

} // namespace lockstep
