// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/write_queue.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace lockstep {

namespace {

char end_of_line = '\n';

/// Pieces of one system call: a line and its end are two.
constexpr std::size_t pieces = 128;

class gather {
public:
  bool full() const noexcept { return count_ + 2 > pieces; }

  /// Adds what is left of a line and its end once `sent` bytes of them are gone. sendmsg() only
  /// reads, although its iovec is not const.
  void add(const std::string& line, std::size_t sent) {
    if (sent < line.size())
      vector_[count_++] = {const_cast<char*>(line.data()) + sent, line.size() - sent};
    vector_[count_++] = {&end_of_line, 1};
  }

  ssize_t send(int socket) {
    msghdr message{};
    message.msg_iov = vector_.data();
    message.msg_iovlen = count_;
    return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  }

private:
  std::array<iovec, pieces> vector_;
  std::size_t count_ = 0;
};

} // namespace

void write_queue::push(shared_line line) {
  bytes_ += line->size() + 1;
  lines_.push_back(std::move(line));
}

write_queue::outcome write_queue::write_to(int socket) {
  while (!lines_.empty()) {
    gather batch;
    std::size_t sent = sent_;
    for (const auto& line : lines_) {
      if (batch.full())
        break;
      batch.add(*line, std::exchange(sent, 0));
    }
    const auto count = batch.send(socket);
    if (count >= 0)
      consume(static_cast<std::size_t>(count));
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      return outcome::blocked;
    else if (errno != EINTR)
      return outcome::broken;
  }
  return outcome::empty;
}

std::size_t write_queue::take(std::span<char> into) {
  std::size_t taken = 0;
  while (!lines_.empty() && taken < into.size()) {
    const auto& line = *lines_.front();
    const auto room = into.size() - taken;
    if (sent_ == line.size()) {
      into[taken++] = end_of_line;
      consume(1);
      continue;
    }
    const auto count = std::min(room, line.size() - sent_);
    std::copy_n(line.data() + sent_, count, into.data() + taken);
    taken += count;
    consume(count);
  }
  return taken;
}

void write_queue::consume(std::size_t bytes) {
  written_ += bytes;
  sent_ += bytes;
  while (!lines_.empty() && sent_ >= lines_.front()->size() + 1) {
    const auto whole = lines_.front()->size() + 1;
    sent_ -= whole;
    bytes_ -= whole;
    lines_.pop_front();
  }
}

void write_queue::drop_whole_lines() {
  if (sent_ == 0)
    return clear();
  lines_.resize(1);
  bytes_ = lines_.front()->size() + 1;
}

void write_queue::clear() {
  lines_.clear();
  bytes_ = 0;
  sent_ = 0;
}

std::size_t write_queue::waiting_bytes() const noexcept {
  return lines_.empty() ? 0 : bytes_ - (lines_.front()->size() + 1);
}

} // namespace lockstep
