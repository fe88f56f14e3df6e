// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/unique_descriptor.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace lockstep {

namespace {

descriptor_pair make_socket_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot make a socket pair");
  return {unique_descriptor{ends[0]}, unique_descriptor{ends[1]}};
}

} // namespace

descriptor_pair make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  return {unique_descriptor{ends[0]}, unique_descriptor{ends[1]}};
}

descriptor_pair make_stream_socket_pair() {
  return make_socket_pair(SOCK_STREAM);
}

descriptor_pair make_packet_socket_pair() {
  return make_socket_pair(SOCK_SEQPACKET);
}

} // namespace lockstep
