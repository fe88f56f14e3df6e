// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/plain_stream.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace lockstep {

byte_stream::reading plain_stream::read(std::span<char> into) {
  const auto count = ::recv(socket_, into.data(), into.size(), MSG_DONTWAIT);
  if (count == 0)
    return {outcome::ended};
  if (count > 0) {
    const auto bytes = static_cast<std::size_t>(count);
    return {outcome::done, bytes, bytes == into.size()};
  }
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {later ? outcome::wants_read : outcome::broken};
}

byte_stream::outcome plain_stream::write(write_queue& from) {
  switch (from.write_to(socket_)) {
  case write_queue::outcome::empty:
    return outcome::done;
  case write_queue::outcome::blocked:
    return outcome::wants_write;
  case write_queue::outcome::broken:
    break;
  }
  return outcome::broken;
}

} // namespace lockstep
