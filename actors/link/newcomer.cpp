#include "actors/link/newcomer.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <utility>

namespace lockstep {

namespace {

using tls_outcome = tls_session::outcome;

/// Of what a stranger still sends after the last word.
constexpr std::size_t discarded_bytes_max = 256 << 10;

gate_verdict refuse(gate_refusal reason, std::string why) {
  gate_verdict verdict;
  verdict.reason = reason;
  verdict.answer = to_text(refusal{why});
  verdict.why = std::move(why);
  return verdict;
}

gate_verdict weigh_link(const link_request& wanted,
                        const std::optional<certificate_facts>& certificate,
                        const std::string& address, const gate_options& options,
                        const gate_callbacks& callbacks) {
  const auto& said = wanted.own;
  if (!certificate)
    return refuse(gate_refusal::no_certificate,
                  title(said) + " shows no certificate; a machine without one joins with a token");
  if (auto why = mismatch(options.own, said); !why.empty())
    return refuse(gate_refusal::mismatch, std::move(why));
  if (said.role != to_string(certificate->role) || said.name != certificate->name)
    return refuse(gate_refusal::mismatch,
                  "the greeting is that of " + title(said) + ", the certificate that of " +
                      to_string(certificate->role) + " " + certificate->name);
  gate_verdict verdict;
  verdict.peer = link_peer{*certificate, said, address};
  if (callbacks.judge)
    if (auto why = callbacks.judge(*verdict.peer))
      return refuse(gate_refusal::judged, std::move(*why));
  verdict.what = gate_verdict::fate::linked;
  verdict.answer = to_text(link_answer{options.own});
  return verdict;
}

gate_verdict weigh_enrolment(const enrol_request& wanted,
                             const std::optional<certificate_facts>& certificate,
                             const std::string& address, const gate_callbacks& callbacks) {
  if (!callbacks.enrol)
    return refuse(gate_refusal::enrolment, "no certificates are to be had here; ask the head");
  auto decided = callbacks.enrol(wanted, certificate, address);
  if (!decided)
    return refuse(gate_refusal::enrolment, std::move(decided.error().why));
  gate_verdict verdict;
  verdict.what = gate_verdict::fate::enrolled;
  verdict.answer = to_text(*decided);
  verdict.name = wanted.name;
  return verdict;
}

} // namespace

gate_verdict weigh(const std::string& greeting_text,
                   const std::optional<certificate_facts>& certificate, const std::string& address,
                   const gate_options& options, const gate_callbacks& callbacks) try {
  const auto wanted = read_knock(greeting_text);
  if (!wanted)
    return refuse(gate_refusal::bad_greeting, wanted.error().why);
  if (const auto* enrol = std::get_if<enrol_request>(&*wanted))
    return weigh_enrolment(*enrol, certificate, address, callbacks);
  return weigh_link(std::get<link_request>(*wanted), certificate, address, options, callbacks);
} catch (const std::exception& failed) { // a full disk, say
  return refuse(gate_refusal::judged,
                std::string{"this side failed to decide on it: "} + failed.what());
}

newcomer::newcomer(std::unique_ptr<tls_session> session, std::string address, std::string source,
                   time_point deadline, std::size_t bytes_max)
    : session_(std::move(session)), address_(std::move(address)), source_(std::move(source)),
      deadline_(deadline), events_(POLLIN), reader_(bytes_max) {}

bool newcomer::step(tls_outcome how, state next) {
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

void newcomer::fail() {
  if (now_ == state::handshake) {
    verdict_ = refuse(gate_refusal::tls, session_->why());
  } else {
    auto why = reader_.why();
    if (why.empty())
      why = session_->why().empty() ? "it ended before its greeting was over" : session_->why();
    verdict_ = refuse(gate_refusal::bad_greeting, std::move(why));
    writer_.emplace(verdict_->answer);
    (void)writer_->advance(*session_); // if it can still be heard
  }
  part();
}

gate_verdict newcomer::too_much() {
  return refuse(gate_refusal::bad_greeting, "more came than a greeting");
}

void newcomer::finish(tls_outcome how) {
  if (how == tls_outcome::closed || how == tls_outcome::failed) {
    if (verdict_->what != gate_verdict::fate::refused)
      verdict_ = refuse(gate_refusal::bad_greeting, "it went away before it was answered");
    part();
  } else if (how != tls_outcome::done) {
    events_ = how == tls_outcome::wants_write ? POLLOUT : POLLIN;
  } else if (verdict_->what == gate_verdict::fate::linked) {
    now_ = state::linked;
  } else {
    part();
  }
}

void newcomer::part() {
  session_->say_goodbye();
  ::shutdown(session_->descriptor(), SHUT_WR);
  now_ = state::farewell;
  events_ = POLLIN;
}

void newcomer::discard() {
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

void newcomer::turn_away(gate_refusal reason, std::string why) {
  if (!verdict_)
    verdict_ = refuse(reason, std::move(why));
  now_ = state::gone;
}

} // namespace lockstep
