// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/byte_stream.hpp"

#include "platform/tls/tls_session.hpp"

#include <memory>
#include <string>

namespace lockstep {

/// A socket's bytes through TLS. Use handshake() until it is done, then read and write.
///
/// What is being written is kept here until it is out: OpenSSL wants the very same bytes again when
/// the socket did not take all of a record, and the write queue may drop lines in between.
class tls_stream final : public byte_stream {
public:
  explicit tls_stream(std::unique_ptr<tls_session> session) : session_(std::move(session)) {}

  outcome handshake();
  reading read(std::span<char> into) override;
  outcome write(write_queue& from) override;
  [[nodiscard]] bool has_hidden_bytes() const override { return session_->pending() > 0; }
  void end() override { session_->say_goodbye(); }

  /// A sentence on what failed.
  [[nodiscard]] const std::string& why() const { return session_->why(); }

private:
  std::unique_ptr<tls_session> session_;
  std::string begun_;    ///< of the write queue; part of it may be out
  std::size_t sent_ = 0; ///< of begun_
};

} // namespace lockstep
