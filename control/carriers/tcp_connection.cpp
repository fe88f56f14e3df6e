// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp_connection.hpp"

#include "control/carriers/lingering_close.hpp"
#include "control/carriers/plain_stream.hpp"
#include "control/carriers/tls_stream.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <sys/socket.h>

#include <utility>

/// Life, writing and waiting. Reading is in tcp_connection_reading.cpp.

namespace lockstep {

using boost::system::error_code;

tcp_connection::tcp_connection(socket opened, connection_id id, connection_peer peer,
                               std::shared_ptr<const tls_context> tls,
                               const tcp_lines_options& options, tcp_connection_owner& owner)
    : socket_(std::move(opened)), deadline_(socket_.get_executor()),
      descriptor_(socket_.native_handle()), id_(id), peer_(std::move(peer)), options_(options),
      owner_(owner), tls_(std::move(tls)), splitter_(options.unauthenticated_line_bytes),
      stream_(std::make_unique<plain_stream>(descriptor_)) {}

tcp_connection::~tcp_connection() = default;

void tcp_connection::post(void (tcp_connection::*member)()) {
  boost::asio::post(socket_.get_executor(),
                    [self = shared_from_this(), member] { ((*self).*member)(); });
}

tcp_connection::state tcp_connection::current() {
  const std::lock_guard lock(mutex_);
  return state_;
}

void tcp_connection::start() {
  await_readable();
  if (tls_) {
    stage_ = stage::first_byte;
    await_trust(options_.handshake_limit);
  } else {
    open();
  }
}

void tcp_connection::open() {
  stage_ = stage::lines;
  announced_ = true;
  owner_.on_opened(*this);
  if (!trusted_ && current() == state::open)
    await_trust(options_.unauthenticated_limit);
}

void tcp_connection::refuse(shared_line last) {
  finish_with(std::move(last));
  await_readable();
}

void tcp_connection::trust() {
  boost::asio::dispatch(socket_.get_executor(),
                        [self = shared_from_this()] { self->on_trusted(); });
}

void tcp_connection::on_trusted() {
  if (std::exchange(trusted_, true) || current() == state::gone)
    return;
  splitter_.set_limit(options_.line_bytes);
  if (current() == state::open) // else the timer belongs to the closing
    deadline_.cancel();
  owner_.on_trusted(*this);
}

// Writing.

void tcp_connection::send(shared_line line) {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return;
  write_queue_.push(std::move(line));
  if (!blocked_)
    flush();
  if (write_queue_.waiting_bytes() <= options_.waiting_bytes)
    return;
  write_queue_.drop_whole_lines();
  write_queue_.push(lingering_close::read_too_slowly(options_.waiting_bytes));
  begin_closing();
}

void tcp_connection::close() {
  const std::lock_guard lock(mutex_);
  if (state_ == state::open)
    begin_closing();
}

void tcp_connection::finish_with(shared_line last) {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return;
  write_queue_.push(std::move(last));
  begin_closing();
}

void tcp_connection::begin_closing() {
  state_ = state::flushing;
  post(&tcp_connection::await_deadline);
  if (!blocked_)
    flush();
}

void tcp_connection::flush() {
  switch (stream_->write(write_queue_)) {
  case byte_stream::outcome::done:
    if (state_ == state::flushing)
      shut();
    break;
  case byte_stream::outcome::wants_write:
    blocked_ = true;
    post(&tcp_connection::await_writable);
    break;
  case byte_stream::outcome::wants_read:
    blocked_ = write_when_readable_ = true;
    break;
  default:
    write_queue_.clear();
    state_ = state::shut;
    post(&tcp_connection::abort);
    break;
  }
}

void tcp_connection::shut() {
  state_ = state::shut;
  stream_->end();
  ::shutdown(descriptor_, SHUT_WR);
  post(&tcp_connection::on_shut);
}

// Waiting.

void tcp_connection::await_readable() {
  socket_.async_wait(socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error)
      self->on_readable();
  });
}

void tcp_connection::await_writable() {
  if (current() == state::gone)
    return;
  socket_.async_wait(socket::wait_write, [self = shared_from_this()](error_code error) {
    if (!error)
      self->on_writable();
  });
}

void tcp_connection::on_writable() {
  if (std::exchange(read_when_writable_, false))
    return on_readable();
  const std::lock_guard lock(mutex_);
  blocked_ = false;
  if (state_ == state::open || state_ == state::flushing)
    flush();
}

/// With nothing left to read, this is how a peer that has gone altogether is noticed.
void tcp_connection::await_error() {
  socket_.async_wait(socket::wait_error, [self = shared_from_this()](error_code error) {
    if (!error)
      self->abort();
  });
}

void tcp_connection::await_deadline() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == state::gone)
      return;
    written_before_ = write_queue_.written_bytes();
  }
  deadline_.expires_after(options_.linger);
  deadline_.async_wait([self = shared_from_this()](error_code error) {
    if (!error)
      self->on_deadline();
  });
}

/// A peer that reads slowly keeps its connection as long as it reads at all.
void tcp_connection::on_deadline() {
  bool reads = false;
  {
    const std::lock_guard lock(mutex_);
    reads = state_ == state::flushing && write_queue_.written_bytes() != written_before_;
  }
  if (reads)
    await_deadline();
  else
    abort();
}

void tcp_connection::await_trust(std::chrono::milliseconds limit) {
  deadline_.expires_after(limit);
  deadline_.async_wait([self = shared_from_this()](error_code error) {
    if (!error)
      self->on_unauthenticated_limit();
  });
}

void tcp_connection::on_unauthenticated_limit() {
  if (trusted_ || current() != state::open)
    return;
  if (stage_ != stage::lines)
    return give_up("its TLS handshake took longer than " +
                   std::to_string(options_.handshake_limit.count()) + " ms");
  refuse_unauthenticated(lingering_close::not_authenticated_in_time(options_.unauthenticated_limit),
                         "no token came within " +
                             std::to_string(options_.unauthenticated_limit.count()) + " ms");
}

// The end.

void tcp_connection::refuse_unauthenticated(shared_line last, const std::string& why) {
  owner_.on_refused(*this, why);
  finish_with(std::move(last));
}

void tcp_connection::give_up(const std::string& why) {
  if (current() == state::gone)
    return;
  owner_.on_refused(*this, why);
  abort();
}

void tcp_connection::abort() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == state::gone)
      return;
    state_ = state::gone;
    write_queue_.clear();
    handshaking_ = nullptr;
    stream_.reset(); // before the descriptor is closed
    error_code ignored;
    socket_.close(ignored);
  }
  deadline_.cancel();
  owner_.on_gone(*this);
}

} // namespace lockstep
