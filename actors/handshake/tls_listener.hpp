// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/listener_callbacks.hpp"
#include "platform/tls/tls_context.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace lockstep {

struct listener_counters {
  std::uint64_t accepted = 0; ///< connections that came
  std::uint64_t linked = 0;
  std::uint64_t enrolled = 0;
  std::map<listener_refusal, std::uint64_t> refused;
  std::size_t under_way = 0;
};

/// Listens for other machines, on a thread of its own: TLS, hello, and what passes both is
/// handed on. Whatever an unauthenticated peer sends costs at most one place among `handshakes_max`
/// for `handshake_limit`, and some 100 KB. When all places are taken, the oldest without a
/// certificate gives way: silent peers cannot keep a member out.
///
/// The context says whom to let in: a head's listener demands role node and, to enrol machines,
/// lets those without a certificate through the handshake (they get an enrolment or nothing). A
/// node that listens demands role head.
class tls_listener {
public:
  /// Listens before it returns. Throws std::runtime_error with a sentence if it cannot.
  tls_listener(std::shared_ptr<const tls_context> context, listener_options options,
               listener_callbacks callbacks);
  /// Closes what is under way and joins the thread.
  ~tls_listener();
  tls_listener(const tls_listener&) = delete;
  tls_listener& operator=(const tls_listener&) = delete;

  /// With the real port.
  [[nodiscard]] const address& where() const;

  /// From now on with these certificates; what is under way goes on with the old ones. Thread-safe.
  void use(std::shared_ptr<const tls_context> context);

  /// Thread-safe.
  [[nodiscard]] listener_counters counters() const;

private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

} // namespace lockstep
