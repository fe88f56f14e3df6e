// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp/tls_entry.hpp"

#include "control/carriers/lingering_close.hpp"
#include "control/carriers/tcp/guarded_stream.hpp"
#include "control/carriers/tls_stream.hpp"

#include "platform/tls/tls_context.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace lockstep {

tls_entry::tls_entry(std::shared_ptr<const tls_context> tls, int descriptor, guarded_stream& stream)
    : tls_(std::move(tls)), descriptor_(descriptor), stream_(stream),
      stage_(tls_ ? stage::first_byte : stage::lines) {}

tls_entry::progress tls_entry::go_on() {
  switch (stage_) {
  case stage::first_byte:
    return look_at_first_byte();
  case stage::handshake:
    return go_on_with_handshake();
  case stage::lines:
    break;
  }
  return {outcome::lines, {}};
}

/// Whoever does not speak TLS is to get an answer that it can read.
tls_entry::progress tls_entry::look_at_first_byte() {
  char first = 0;
  const auto count = ::recv(descriptor_, &first, 1, MSG_DONTWAIT | MSG_PEEK);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return {outcome::wants_read, {}};
  if (count <= 0)
    return {outcome::closed, {}};
  if (!looks_like_tls(first))
    return {outcome::plain_bytes, {}};
  begin_handshake();
  return go_on_with_handshake();
}

void tls_entry::begin_handshake() {
  auto session = tls_->accept(unique_descriptor{descriptor_});
  session->disown_descriptor(); // Asio closes it, after the session has ended
  stream_.become_tls(std::make_unique<tls_stream>(std::move(session)));
  stage_ = stage::handshake;
}

tls_entry::progress tls_entry::go_on_with_handshake() {
  auto [how, why] = stream_.handshake();
  switch (how) {
  case byte_stream::outcome::done:
    stage_ = stage::lines;
    return {outcome::lines, {}};
  case byte_stream::outcome::wants_read:
    return {outcome::wants_read, {}};
  case byte_stream::outcome::wants_write:
    return {outcome::wants_write, {}};
  default:
    return {outcome::failed, std::move(why)};
  }
}

} // namespace lockstep
