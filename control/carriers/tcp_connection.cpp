#include "control/carriers/tcp_connection.hpp"

#include "control/carriers/last_lines.hpp"

#include <boost/asio/post.hpp>

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <utility>

namespace lockstep {

namespace {

/// Then it is another connection's turn.
constexpr int reads_per_turn = 4;

using boost::system::error_code;

bool has_unread_bytes(int descriptor) {
  int count = 0;
  return ::ioctl(descriptor, FIONREAD, &count) == 0 && count > 0;
}

} // namespace

tcp_connection::tcp_connection(socket peer, connection_id id, bool announced,
                               const tcp_lines_options& options, tcp_connection_owner& owner)
    : socket_(std::move(peer)), deadline_(socket_.get_executor()),
      descriptor_(socket_.native_handle()), id_(id), announced_(announced), options_(options),
      owner_(owner), splitter_(options.line_bytes) {}

template <class Member>
void tcp_connection::post(Member member) {
  boost::asio::post(socket_.get_executor(),
                    [self = shared_from_this(), member] { ((*self).*member)(); });
}

tcp_connection::state tcp_connection::current() {
  const std::lock_guard lock(mutex_);
  return state_;
}

// Writing.

void tcp_connection::send(shared_line line) {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return;
  outbox_.push(std::move(line));
  if (!blocked_)
    flush();
  if (outbox_.waiting_bytes() <= options_.waiting_bytes)
    return;
  outbox_.drop_whole_lines();
  outbox_.push(last_lines::read_too_slowly(options_.waiting_bytes));
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
  outbox_.push(std::move(last));
  begin_closing();
}

void tcp_connection::begin_closing() {
  state_ = state::flushing;
  post(&tcp_connection::await_deadline);
  if (!blocked_)
    flush();
}

void tcp_connection::flush() {
  switch (outbox_.write_to(descriptor_)) {
  case outbox::outcome::empty:
    if (state_ == state::flushing)
      shut();
    break;
  case outbox::outcome::blocked:
    blocked_ = true;
    post(&tcp_connection::await_writable);
    break;
  case outbox::outcome::broken:
    outbox_.clear();
    state_ = state::shut;
    post(&tcp_connection::abort);
    break;
  }
}

void tcp_connection::shut() {
  state_ = state::shut;
  ::shutdown(descriptor_, SHUT_WR);
  post(&tcp_connection::on_shut);
}

/// Closing a socket with unread bytes resets the connection, and a reset may overtake the last
/// line. So a peer that still sends is read from, for a while.
void tcp_connection::on_shut() {
  const bool still_sending = splitter_.overflowed() || has_unread_bytes(descriptor_);
  if (peer_ended_ || !still_sending)
    abort();
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
  const std::lock_guard lock(mutex_);
  blocked_ = false;
  if (state_ == state::open || state_ == state::flushing)
    flush();
}

void tcp_connection::await_deadline() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == state::gone)
      return;
    written_before_ = outbox_.written_bytes();
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
    reads = state_ == state::flushing && outbox_.written_bytes() != written_before_;
  }
  if (reads)
    await_deadline();
  else
    abort();
}

// Reading.

void tcp_connection::start() {
  await_readable();
}

void tcp_connection::await_readable() {
  socket_.async_wait(socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error)
      self->on_readable();
  });
}

void tcp_connection::on_readable() {
  if (current() == state::gone)
    return;
  const auto buffer = owner_.read_buffer();
  for (int turn = 0; turn < reads_per_turn; ++turn) {
    const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count == 0)
      return on_end();
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
      return abort();
    if (count < 0)
      break;
    const auto bytes = static_cast<std::size_t>(count);
    take({buffer.data(), bytes});
    if (bytes < buffer.size())
      break;
  }
  await_readable();
}

void tcp_connection::take(std::string_view bytes) {
  if (current() != state::open)
    return;
  splitter_.feed(bytes);
  while (auto line = splitter_.next()) {
    take_line(*std::move(line));
    if (current() != state::open)
      return;
  }
  if (splitter_.overflowed())
    finish_with(last_lines::line_too_long(options_.line_bytes));
}

void tcp_connection::take_line(std::string line) {
  if (std::exchange(first_line_, false) && looks_like_http(line))
    return finish_with(last_lines::not_http());
  owner_.on_line(id_, std::move(line));
}

/// The peer will send nothing more; it may still read. A last line without an end counts.
void tcp_connection::on_end() {
  peer_ended_ = true;
  if (current() == state::shut)
    return abort();
  await_error();
  if (current() == state::flushing)
    return;
  if (auto line = splitter_.rest())
    take_line(*std::move(line));
  if (splitter_.overflowed())
    return finish_with(last_lines::line_too_long(options_.line_bytes));
  if (announced_ && current() == state::open)
    owner_.on_ended(id_);
}

/// With nothing left to read, this is how a peer that has gone altogether is noticed.
void tcp_connection::await_error() {
  socket_.async_wait(socket::wait_error, [self = shared_from_this()](error_code error) {
    if (!error)
      self->abort();
  });
}

void tcp_connection::abort() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == state::gone)
      return;
    state_ = state::gone;
    outbox_.clear();
    error_code ignored;
    socket_.close(ignored);
  }
  deadline_.cancel();
  owner_.on_gone(*this);
}

} // namespace lockstep
