// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp/guarded_stream.hpp"

#include "control/carriers/lingering_close.hpp"
#include "control/carriers/plain_stream.hpp"
#include "control/carriers/tls_stream.hpp"

#include <sys/socket.h>

#include <utility>

namespace lockstep {

guarded_stream::guarded_stream(int descriptor, std::size_t waiting_bytes,
                               std::function<void(need)> ask)
    : descriptor_(descriptor), waiting_bytes_(waiting_bytes), ask_(std::move(ask)),
      stream_(std::make_unique<plain_stream>(descriptor)) {}

// Any thread.

void guarded_stream::send(shared_line line) {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return;
  write_queue_.push(std::move(line));
  if (writing_ == writing::free)
    flush();
  if (write_queue_.waiting_bytes() <= waiting_bytes_)
    return;
  write_queue_.drop_whole_lines();
  write_queue_.push(lingering_close::read_too_slowly(waiting_bytes_));
  begin_closing();
}

void guarded_stream::finish_with(shared_line last) {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return;
  write_queue_.push(std::move(last));
  begin_closing();
}

void guarded_stream::close() {
  const std::lock_guard lock(mutex_);
  if (state_ == state::open)
    begin_closing();
}

guarded_stream::state guarded_stream::current() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

// On the Asio thread.

std::optional<byte_stream::reading> guarded_stream::read(std::span<char> into) {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return std::nullopt;
  const auto got = stream_->read(into);
  if (writing_ == writing::until_readable) {
    writing_ = writing::free;
    flush();
  }
  return got;
}

bool guarded_stream::has_hidden_bytes() const {
  const std::lock_guard lock(mutex_);
  return state_ == state::open && stream_->has_hidden_bytes();
}

void guarded_stream::become_tls(std::unique_ptr<tls_stream> stream) {
  const std::lock_guard lock(mutex_);
  tls_ = stream.get();
  stream_ = std::move(stream);
}

guarded_stream::handshake_progress guarded_stream::handshake() {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return {byte_stream::outcome::wants_read, {}};
  const auto how = tls_->handshake();
  const bool failed = how == byte_stream::outcome::broken || how == byte_stream::outcome::ended;
  return {how, failed ? tls_->why() : std::string{}};
}

void guarded_stream::on_writable() {
  const std::lock_guard lock(mutex_);
  writing_ = writing::free;
  if (state_ == state::open || state_ == state::flushing)
    flush();
}

void guarded_stream::shut_at_once() {
  const std::lock_guard lock(mutex_);
  if (state_ != state::open)
    return;
  ask_(need::linger);
  shut();
  ask_(need::await_readable);
}

std::size_t guarded_stream::written_bytes() const {
  const std::lock_guard lock(mutex_);
  return write_queue_.written_bytes();
}

bool guarded_stream::become_gone() {
  const std::lock_guard lock(mutex_);
  if (state_ == state::gone)
    return false;
  state_ = state::gone;
  write_queue_.clear();
  tls_ = nullptr;
  stream_.reset(); // before the descriptor is closed
  return true;
}

// With the mutex held.

void guarded_stream::begin_closing() {
  state_ = state::flushing;
  ask_(need::linger);
  if (writing_ == writing::free)
    flush();
}

void guarded_stream::flush() {
  switch (stream_->write(write_queue_)) {
  case byte_stream::outcome::done:
    if (state_ == state::flushing)
      shut();
    break;
  case byte_stream::outcome::wants_write:
    writing_ = writing::until_writable;
    ask_(need::await_writable);
    break;
  case byte_stream::outcome::wants_read:
    writing_ = writing::until_readable;
    break;
  default:
    write_queue_.clear();
    state_ = state::shut;
    ask_(need::abort);
    break;
  }
}

void guarded_stream::shut() {
  state_ = state::shut;
  stream_->end();
  ::shutdown(descriptor_, SHUT_WR);
  ask_(need::finish);
}

} // namespace lockstep
