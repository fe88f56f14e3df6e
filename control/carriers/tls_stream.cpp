// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tls_stream.hpp"

namespace lockstep {

namespace {

/// What one TLS record holds.
constexpr std::size_t record_bytes = 16'384;

byte_stream::outcome to_outcome(tls_session::outcome from) {
  switch (from) {
  case tls_session::outcome::done:
    return byte_stream::outcome::done;
  case tls_session::outcome::wants_read:
    return byte_stream::outcome::wants_read;
  case tls_session::outcome::wants_write:
    return byte_stream::outcome::wants_write;
  case tls_session::outcome::closed:
    return byte_stream::outcome::ended;
  case tls_session::outcome::failed:
    break;
  }
  return byte_stream::outcome::broken;
}

} // namespace

byte_stream::outcome tls_stream::handshake() {
  return to_outcome(session_->handshake());
}

byte_stream::reading tls_stream::read(std::span<char> into) {
  const auto [how, bytes] = session_->read(std::as_writable_bytes(into));
  return {to_outcome(how), bytes, true};
}

byte_stream::outcome tls_stream::write(write_queue& from) {
  for (;;) {
    if (sent_ == begun_.size()) {
      begun_.resize(record_bytes);
      begun_.resize(from.take(begun_));
      sent_ = 0;
    }
    if (begun_.empty()) {
      begun_.shrink_to_fit(); // an idle connection holds nothing
      return outcome::done;
    }
    const auto rest = std::as_bytes(std::span{begun_}).subspan(sent_);
    const auto [how, bytes] = session_->write(rest);
    if (how != tls_session::outcome::done)
      return to_outcome(how);
    sent_ += bytes;
  }
}

} // namespace lockstep
