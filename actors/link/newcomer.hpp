#pragma once

#include "actors/link/gate_callbacks.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace lockstep {

/// What becomes of a greeting, and what its sender is told.
struct gate_verdict {
  enum class fate : std::uint8_t { linked, enrolled, refused };
  fate what = fate::refused;
  std::string answer; ///< the text that travels
  std::string why;    ///< of a refusal
  gate_refusal reason = gate_refusal::bad_greeting;
  std::optional<link_peer> peer; ///< of a link
  std::string name;              ///< of an enrolment
};

/// Weighs a greeting: is it one, does it fit, may its sender link? What a callback throws
/// is a refusal.
gate_verdict weigh(const std::string& greeting_text,
                   const std::optional<certificate_facts>& certificate, const std::string& address,
                   const gate_options& options, const gate_callbacks& callbacks);

/// A connection from its first byte to its link.
///
///     handshake ──► greeting ──► answer ──► linked: the session is taken out
///         │             │           └─────► farewell ──► gone
///         └─ failed ────┴─ failed ────────► farewell ──► gone
///
/// In `farewell` nothing is said any more; what still comes is thrown away, because closing a
/// socket with unread bytes would take back the answer that is on its way.
class newcomer {
public:
  enum class state : std::uint8_t { handshake, greeting, answer, linked, farewell, gone };
  using time_point = std::chrono::steady_clock::time_point;

  newcomer(std::unique_ptr<tls_session> session, std::string address, std::string source,
           time_point deadline, std::size_t bytes_max);

  /// Goes on as far as it can without waiting. Calls `on_greeting(text)` for a verdict, once.
  template <class OnGreeting>
  void advance(const OnGreeting& on_greeting) {
    if (now_ == state::handshake)
      step(session_->handshake(), state::greeting);
    if (now_ == state::greeting && step(reader_.advance(*session_), state::answer)) {
      verdict_ = session_->pending() == 0 ? on_greeting(reader_.text()) : too_much();
      writer_.emplace(verdict_->answer);
    }
    if (now_ == state::answer)
      finish(writer_->advance(*session_));
    if (now_ == state::farewell)
      discard();
  }

  /// Ends it for a reason of the gate's.
  void turn_away(gate_refusal reason, std::string why);

  [[nodiscard]] state now() const { return now_; }
  [[nodiscard]] int descriptor() const { return session_->descriptor(); }
  [[nodiscard]] short poll_events() const { return events_; }
  [[nodiscard]] time_point deadline() const { return deadline_; }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] const std::optional<certificate_facts>& certificate() const {
    return session_->peer();
  }
  /// Once it is decided; a failure is a refusal without an answer.
  [[nodiscard]] const std::optional<gate_verdict>& verdict() const { return verdict_; }
  /// Whether the verdict was told to the gate's owner.
  bool told = false;
  /// Whether its descriptor has something for it.
  bool ready = false;

  [[nodiscard]] std::unique_ptr<tls_session> take_session() { return std::move(session_); }

private:
  bool step(tls_session::outcome how, state next);
  void fail();
  void finish(tls_session::outcome how);
  void discard();
  void part();
  static gate_verdict too_much();

  std::unique_ptr<tls_session> session_;
  std::string address_;
  std::string source_;
  time_point deadline_;
  state now_ = state::handshake;
  short events_;
  greeting_reader reader_;
  std::optional<gate_verdict> verdict_;
  std::optional<greeting_writer> writer_;
  std::size_t discarded_ = 0;
};

} // namespace lockstep
