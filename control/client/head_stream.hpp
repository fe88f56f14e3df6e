// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/head_access.hpp"

#include "platform/process/unique_descriptor.hpp"
#include "platform/tls/tls_session.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace lockstep {

/// The bytes between a client and a head, plain or through TLS. Blocking; for one thread.
class head_stream {
public:
  /// Connects, and shakes hands where TLS is wanted. Throws cannot_connect.
  explicit head_stream(const head_access& to);

  /// Whether something came within `limit`; a signal may make it return early.
  bool wait(std::chrono::milliseconds limit);

  /// Appends what has come; false at the end of the connection.
  bool receive(std::string& to);

  /// Sends all of it, however long it takes. Throws connection_lost.
  void send(std::string_view bytes);

  [[nodiscard]] int descriptor() const { return session_ ? session_->descriptor() : socket_.get(); }

private:
  void shake_hands(const head_access& to);
  std::size_t send_some(std::string_view bytes);

  unique_descriptor socket_; ///< without TLS
  std::unique_ptr<tls_session> session_;
};

} // namespace lockstep
