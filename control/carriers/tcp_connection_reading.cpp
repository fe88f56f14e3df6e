// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp_connection.hpp"

#include "control/carriers/lingering_close.hpp"
#include "control/carriers/peer_user.hpp"
#include "control/carriers/tls_stream.hpp"

#include "platform/tls/tls_context.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <utility>

/// Reading, all of it on the Asio thread.

namespace lockstep {

namespace {

/// Then it is another connection's turn.
constexpr int reads_per_turn = 4;

/// What every TLS connection begins with: a record of the type "handshake".
constexpr char tls_first_byte = 0x16;

bool has_unread_bytes(int descriptor) {
  int count = 0;
  return ::ioctl(descriptor, FIONREAD, &count) == 0 && count > 0;
}

} // namespace

void tcp_connection::on_readable() {
  const auto now = current();
  if (now == state::gone)
    return;
  if (now != state::open)
    return drain();
  switch (stage_) {
  case stage::first_byte:
    return choose_protocol();
  case stage::handshake:
    return go_on_with_handshake();
  case stage::lines:
    return read_lines();
  }
}

/// Looks at the first byte: whoever does not speak TLS gets an answer that it can read.
void tcp_connection::choose_protocol() {
  char first = 0;
  const auto count = ::recv(descriptor_, &first, 1, MSG_DONTWAIT | MSG_PEEK);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return await_readable();
  if (count <= 0)
    return give_up("it was closed before its TLS handshake");
  if (first != tls_first_byte) {
    refuse_unauthenticated(lingering_close::tls_is_needed(),
                           "it sent plain bytes where TLS is needed");
    return await_readable();
  }
  auto session = tls_->accept(unique_descriptor{descriptor_});
  session->disown_descriptor(); // Asio closes it, after the session has ended
  auto stream = std::make_unique<tls_stream>(std::move(session));
  {
    const std::lock_guard lock(mutex_);
    handshaking_ = stream.get();
    stream_ = std::move(stream);
  }
  stage_ = stage::handshake;
  go_on_with_handshake();
}

void tcp_connection::go_on_with_handshake() {
  auto how = byte_stream::outcome::broken;
  std::string why;
  {
    const std::lock_guard lock(mutex_);
    if (state_ != state::open)
      return await_readable();
    how = handshaking_->handshake();
    if (how == byte_stream::outcome::broken || how == byte_stream::outcome::ended)
      why = handshaking_->why();
  }
  switch (how) {
  case byte_stream::outcome::done:
    peer_.encrypted = true;
    open();
    return read_lines();
  case byte_stream::outcome::wants_read:
    return await_readable();
  case byte_stream::outcome::wants_write:
    read_when_writable_ = true;
    return await_writable();
  default:
    break;
  }
  owner_.on_refused(*this, "its TLS handshake failed: " + why);
  // OpenSSL has told the peer why; closing at once could reset the connection before that is read.
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return;
  state_ = state::flushing;
  post(&tcp_connection::await_deadline);
  shut();
  post(&tcp_connection::await_readable);
}

void tcp_connection::read_lines() {
  const auto buffer = owner_.read_buffer();
  for (int turn = 0; turn < reads_per_turn; ++turn) {
    byte_stream::reading got;
    {
      const std::lock_guard lock(mutex_);
      if (state_ != state::open)
        break;
      got = stream_->read(buffer);
      if (std::exchange(write_when_readable_, false)) {
        blocked_ = false;
        flush();
      }
    }
    switch (got.how) {
    case byte_stream::outcome::done:
      take({buffer.data(), got.bytes});
      if (got.more)
        continue;
      return await_readable();
    case byte_stream::outcome::wants_read:
      return await_readable();
    case byte_stream::outcome::wants_write:
      read_when_writable_ = true;
      return await_writable();
    case byte_stream::outcome::ended:
      return on_end();
    case byte_stream::outcome::broken:
      return abort();
    }
  }
  bool hidden = false;
  {
    const std::lock_guard lock(mutex_);
    hidden = state_ == state::open && stream_->has_hidden_bytes();
  }
  if (hidden)
    post(&tcp_connection::on_readable);
  else if (current() != state::gone)
    await_readable();
}

/// Of a connection that is being closed nothing is read any more but the end.
void tcp_connection::drain() {
  const auto buffer = owner_.read_buffer();
  for (int turn = 0; turn < reads_per_turn; ++turn) {
    const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count == 0) {
      peer_ended_ = true;
      return current() == state::shut ? abort() : await_error();
    }
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
      return abort();
    if (count < 0)
      break;
  }
  await_readable();
}

void tcp_connection::take(std::string_view bytes) {
  if (bytes.empty() || current() != state::open)
    return;
  if (std::exchange(first_bytes_, false) && !peer_.encrypted && bytes.front() == tls_first_byte)
    return refuse_unauthenticated(lingering_close::no_tls_here(),
                                  "it began with TLS where none is spoken");
  splitter_.feed(bytes);
  while (auto line = splitter_.next()) {
    take_line(*std::move(line));
    if (current() != state::open)
      return;
  }
  if (splitter_.overflowed())
    on_overflow();
}

void tcp_connection::take_line(std::string line) {
  if (std::exchange(first_line_, false) && looks_like_http(line))
    return refuse_unauthenticated(lingering_close::not_http(), "it sent HTTP");
  owner_.on_line(id_, std::move(line));
}

void tcp_connection::on_overflow() {
  const auto limit = trusted_ ? options_.line_bytes : options_.unauthenticated_line_bytes;
  if (!trusted_)
    owner_.on_refused(*this, "it sent a line of more than " + std::to_string(limit) +
                                 " bytes before it had shown a token");
  finish_with(lingering_close::line_too_long(limit));
}

/// The peer will send nothing more; it may still read. A last line without an end counts.
void tcp_connection::on_end() {
  peer_ended_ = true;
  if (current() == state::shut)
    return abort();
  await_error();
  if (current() != state::open)
    return;
  if (auto line = splitter_.rest())
    take_line(*std::move(line));
  if (splitter_.overflowed())
    return on_overflow();
  if (announced_ && current() == state::open)
    owner_.on_ended(id_);
  if (is_peer_gone(descriptor_))
    abort();
  else
    look_after_peer();
}

/// Who has ended its side may wait long for an answer. Whether it is there to read it the kernel
/// asks now and then, and tells as an error.
void tcp_connection::look_after_peer() const {
  constexpr int idle_seconds = 20;
  constexpr int interval_seconds = 10;
  constexpr int probes = 6;
  const auto set = [this](int name, int value) {
    ::setsockopt(descriptor_, IPPROTO_TCP, name, &value, sizeof value);
  };
  set(TCP_KEEPIDLE, idle_seconds);
  set(TCP_KEEPINTVL, interval_seconds);
  set(TCP_KEEPCNT, probes);
}

/// Closing a socket with unread bytes resets the connection, and a reset may overtake the last
/// line. So a peer that still sends is read from, for a while.
void tcp_connection::on_shut() {
  const bool still_sending = splitter_.overflowed() || has_unread_bytes(descriptor_);
  if (peer_ended_ || !still_sending)
    abort();
}

} // namespace lockstep
