// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/listener_callbacks.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace lockstep {

/// What becomes of a hello, and what its sender is told.
struct listener_decision {
  enum class outcome : std::uint8_t { linked, enrolled, refused };
  outcome what = outcome::refused;
  std::string answer; ///< the text that travels
  std::string why;    ///< of a refusal
  listener_refusal reason = listener_refusal::bad_hello;
  std::optional<link_peer> peer; ///< of a link
  std::string name;              ///< of an enrolment
};

/// Decides on a hello: is it one, does it fit, may its sender link? What a callback throws
/// is a refusal.
listener_decision authorize(const std::string& hello_text,
                            const std::optional<certificate_facts>& certificate,
                            const std::string& address, const listener_options& options,
                            const listener_callbacks& callbacks);

/// A connection from its first byte to its link.
///
///     handshake ──► hello ──► answer ──► linked: the session is taken out
///         │             │           └─────► lingering ─► gone
///         └─ failed ────┴─ failed ────────► lingering ─► gone
///
/// In `lingering` nothing is said any more; what still comes is thrown away, because closing a
/// socket with unread bytes would take back the answer that is on its way.
class pending_connection {
public:
  enum class state : std::uint8_t { handshake, hello, answer, linked, lingering, gone };
  using time_point = std::chrono::steady_clock::time_point;

  pending_connection(std::unique_ptr<tls_session> session, std::string address, std::string source,
                     time_point deadline, std::size_t bytes_max);

  /// Goes on as far as it can without waiting. Calls `on_hello(text)` for a decision, once.
  template <class OnHello>
  void advance(const OnHello& on_hello) {
    if (now_ == state::handshake)
      step(session_->handshake(), state::hello);
    if (now_ == state::hello && step(reader_.advance(*session_), state::answer)) {
      decision_ = session_->pending() == 0 ? on_hello(reader_.text()) : too_much();
      writer_.emplace(decision_->answer);
    }
    if (now_ == state::answer)
      finish(writer_->advance(*session_));
    if (now_ == state::lingering)
      discard();
  }

  /// Ends it for a reason of the listener's.
  void turn_away(listener_refusal reason, std::string why);

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
  [[nodiscard]] const std::optional<listener_decision>& decision() const { return decision_; }
  /// Whether the decision was told to the listener's owner.
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
  static listener_decision too_much();

  std::unique_ptr<tls_session> session_;
  std::string address_;
  std::string source_;
  time_point deadline_;
  state now_ = state::handshake;
  short events_;
  hello_reader reader_;
  std::optional<listener_decision> decision_;
  std::optional<hello_writer> writer_;
  std::size_t discarded_ = 0;
};

} // namespace lockstep
