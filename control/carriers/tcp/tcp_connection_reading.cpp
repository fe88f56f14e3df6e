// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp/tcp_connection.hpp"

#include "control/carriers/lingering_close.hpp"
#include "control/carriers/peer_user.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>
#include <variant>

/// Reading, all of it on the Asio thread.

namespace lockstep {

namespace {

/// Then it is another connection's turn.
constexpr int reads_per_turn = 4;

bool has_unread_bytes(int descriptor) {
  int count = 0;
  return ::ioctl(descriptor, FIONREAD, &count) == 0 && count > 0;
}

/// Who has ended its side may wait long for an answer. Whether it is there to read it the kernel
/// asks now and then, and tells as an error.
void look_after_peer(int descriptor) {
  constexpr int idle_seconds = 20;
  constexpr int interval_seconds = 10;
  constexpr int probes = 6;
  const auto set = [descriptor](int name, int value) {
    ::setsockopt(descriptor, IPPROTO_TCP, name, &value, sizeof value);
  };
  set(TCP_KEEPIDLE, idle_seconds);
  set(TCP_KEEPINTVL, interval_seconds);
  set(TCP_KEEPCNT, probes);
}

} // namespace

void tcp_connection::on_readable() {
  switch (stream_.current()) {
  case state::gone:
    return;
  case state::flushing:
  case state::shut:
    return drain();
  case state::open:
    return entry_.is_over() ? read_lines() : enter();
  }
}

void tcp_connection::enter() {
  const auto [how, why] = entry_.go_on();
  switch (how) {
  case tls_entry::outcome::lines:
    peer_.encrypted = true;
    open();
    return read_lines();
  case tls_entry::outcome::wants_read:
    return waits_.await_readable(&tcp_connection::on_readable);
  case tls_entry::outcome::wants_write:
    return waits_.await_writable(&tcp_connection::on_readable);
  case tls_entry::outcome::closed:
    return give_up("it was closed before its TLS handshake");
  case tls_entry::outcome::plain_bytes:
    break_off({lingering_close::tls_is_needed(), "it sent plain bytes where TLS is needed"});
    return waits_.await_readable(&tcp_connection::on_readable);
  case tls_entry::outcome::failed:
    owner_.on_refused(*this, "its TLS handshake failed: " + why);
    // Aborting now could reset the connection before the peer has read what OpenSSL told it.
    return stream_.shut_at_once();
  }
}

void tcp_connection::read_lines() {
  const auto buffer = owner_.read_buffer();
  for (int turn = 0; turn < reads_per_turn; ++turn) {
    const auto got = stream_.read(buffer);
    if (!got)
      break;
    switch (got->how) {
    case byte_stream::outcome::done:
      intake_.feed({buffer.data(), got->bytes});
      pass_on();
      if (got->more)
        continue;
      return waits_.await_readable(&tcp_connection::on_readable);
    case byte_stream::outcome::wants_read:
      return waits_.await_readable(&tcp_connection::on_readable);
    case byte_stream::outcome::wants_write:
      return waits_.await_writable(&tcp_connection::on_readable);
    case byte_stream::outcome::ended:
      return on_end();
    case byte_stream::outcome::broken:
      return abort();
    }
  }
  if (stream_.has_hidden_bytes())
    waits_.post(&tcp_connection::on_readable);
  else
    waits_.await_readable(&tcp_connection::on_readable);
}

void tcp_connection::pass_on() {
  while (stream_.current() == state::open) {
    auto event = intake_.next();
    if (!event)
      return;
    if (auto* const line = std::get_if<std::string>(&*event))
      owner_.on_line(id_, std::move(*line));
    else
      break_off(std::get<line_breach>(*std::move(event)));
  }
}

/// Of a connection that is being closed nothing is read any more but the end.
void tcp_connection::drain() {
  const auto buffer = owner_.read_buffer();
  for (int turn = 0; turn < reads_per_turn; ++turn) {
    const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count == 0)
      return on_end();
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
      return abort();
    if (count < 0)
      break;
  }
  waits_.await_readable(&tcp_connection::on_readable);
}

/// The peer will send nothing more; it may still read.
void tcp_connection::on_end() {
  peer_ended_ = true;
  if (stream_.current() == state::shut)
    return abort();
  // With nothing left to read, this is how a peer that has gone altogether is noticed.
  waits_.await_error(&tcp_connection::abort);
  if (stream_.current() != state::open)
    return;
  intake_.end();
  pass_on();
  if (intake_.overflowed())
    return;
  if (announced_ && stream_.current() == state::open)
    owner_.on_ended(id_);
  if (is_peer_gone(descriptor_))
    abort();
  else
    look_after_peer(descriptor_);
}

/// Closing a socket with unread bytes resets the connection, and a reset may overtake the last
/// line. So a peer that still sends is read from, for a while.
void tcp_connection::on_shut() {
  const bool still_sending = intake_.overflowed() || has_unread_bytes(descriptor_);
  if (peer_ended_ || !still_sending)
    abort();
}

} // namespace lockstep
