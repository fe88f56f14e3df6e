#pragma once

#include "actors/link/gate.hpp"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>

namespace lockstep {

struct dial_options {
  std::chrono::milliseconds limit{10'000}; ///< for all of it: name, connecting, TLS, greeting
  std::stop_token stop = {};               ///< ends it within 0.1 s, as a failure
};

/// A connection that is authenticated, greeted and accepted by both.
struct dialled {
  std::unique_ptr<tls_session> session;
  link_peer peer;
};

struct dial_failure {
  std::string why; ///< a sentence
  /// Whether it may go better later: not after a mismatch or a wrong certificate.
  bool again = false;
};

/// Dials a gate and greets it. Blocks for at most the limit. Thread-safe.
std::variant<dialled, dial_failure> dial(const address& where, const tls_context& context,
                                         const greeting& own, const dial_options& options = {});

/// Asks a gate for a certificate, with a token over a context that has a pinned authority, or with
/// the old certificate over a usual context. Blocks for at most the limit. Thread-safe.
std::variant<enrol_answer, dial_failure> enrol(const address& where, const tls_context& context,
                                               const enrol_request& wanted,
                                               const dial_options& options = {});

} // namespace lockstep
