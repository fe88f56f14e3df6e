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

byte_stream::outcome plain_stream::write(outbox& from) {
  switch (from.write_to(socket_)) {
  case outbox::outcome::empty:
    return outcome::done;
  case outbox::outcome::blocked:
    return outcome::wants_write;
  case outbox::outcome::broken:
    break;
  }
  return outcome::broken;
}

} // namespace lockstep
