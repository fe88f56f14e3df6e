// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp/tcp_connection.hpp"

#include "control/carriers/lingering_close.hpp"

#include <utility>

/// Life, waiting and deadlines. Reading is in tcp_connection_reading.cpp.

namespace lockstep {

tcp_connection::tcp_connection(socket opened, connection_id id, connection_peer peer,
                               std::shared_ptr<const tls_context> tls,
                               const tcp_lines_options& options, tcp_connection_owner& owner)
    : waits_(std::move(opened), *this), descriptor_(waits_.descriptor()), id_(id),
      peer_(std::move(peer)), options_(options), owner_(owner),
      intake_({options.unauthenticated_line_bytes, options.line_bytes},
              tls ? line_intake::carried::by_tls : line_intake::carried::plainly),
      stream_(descriptor_, options.waiting_bytes,
              [this](guarded_stream::need what) {
                waits_.post([what](tcp_connection& self) { self.meet(what); });
              }),
      entry_(std::move(tls), descriptor_, stream_) {}

tcp_connection::~tcp_connection() = default;

void tcp_connection::start() {
  waits_.await_readable(&tcp_connection::on_readable);
  if (entry_.is_over())
    open();
  else
    waits_.await_deadline(options_.handshake_limit, &tcp_connection::on_handshake_limit);
}

void tcp_connection::open() {
  announced_ = true;
  owner_.on_opened(*this);
  if (!intake_.is_trusted() && stream_.current() == state::open)
    waits_.await_deadline(options_.unauthenticated_limit,
                          &tcp_connection::on_unauthenticated_limit);
}

void tcp_connection::refuse(shared_line last) {
  stream_.finish_with(std::move(last));
  waits_.await_readable(&tcp_connection::on_readable);
}

void tcp_connection::send(shared_line line) {
  stream_.send(std::move(line));
}

void tcp_connection::close() {
  stream_.close();
}

void tcp_connection::trust() {
  waits_.dispatch(&tcp_connection::on_trusted);
}

void tcp_connection::on_trusted() {
  if (intake_.is_trusted() || stream_.current() == state::gone)
    return;
  intake_.trust();
  if (stream_.current() == state::open) // else the deadline belongs to the closing
    waits_.cancel_deadline();
  owner_.on_trusted(*this);
}

// Waiting.

void tcp_connection::meet(guarded_stream::need what) {
  using need = guarded_stream::need;
  switch (what) {
  case need::await_readable:
    return waits_.await_readable(&tcp_connection::on_readable);
  case need::await_writable:
    return waits_.await_writable([](tcp_connection& self) { self.stream_.on_writable(); });
  case need::linger:
    return linger();
  case need::finish:
    return on_shut();
  case need::abort:
    return abort();
  }
}

void tcp_connection::linger() {
  if (stream_.current() == state::gone)
    return;
  written_before_ = stream_.written_bytes();
  waits_.await_deadline(options_.linger, &tcp_connection::on_linger_over);
}

/// A peer that reads slowly keeps its connection as long as it reads at all.
void tcp_connection::on_linger_over() {
  if (stream_.current() == state::flushing && stream_.written_bytes() != written_before_)
    linger();
  else
    abort();
}

/// The handshake may have ended while this was on its way.
void tcp_connection::on_handshake_limit() {
  if (!entry_.is_over() && stream_.current() == state::open)
    give_up("its TLS handshake took longer than " +
            std::to_string(options_.handshake_limit.count()) + " ms");
}

void tcp_connection::on_unauthenticated_limit() {
  if (intake_.is_trusted() || stream_.current() != state::open)
    return;
  break_off(
      {lingering_close::not_authenticated_in_time(options_.unauthenticated_limit),
       "no token came within " + std::to_string(options_.unauthenticated_limit.count()) + " ms"});
}

// The end.

void tcp_connection::break_off(line_breach breach) {
  if (breach.why_refused)
    owner_.on_refused(*this, *breach.why_refused);
  stream_.finish_with(std::move(breach.last));
}

void tcp_connection::give_up(const std::string& why) {
  if (stream_.current() == state::gone)
    return;
  owner_.on_refused(*this, why);
  abort();
}

void tcp_connection::abort() {
  if (!stream_.become_gone())
    return;
  waits_.close();
  owner_.on_gone(*this);
}

} // namespace lockstep
