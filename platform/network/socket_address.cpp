// SPDX-License-Identifier: BSD-3-Clause

#include "platform/network/socket_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

namespace lockstep {

namespace {

/// Copies, because a sockaddr may not be read as another struct.
template <class T>
T as(const sockaddr& from) {
  T result{};
  std::memcpy(&result, &from, sizeof result);
  return result;
}

} // namespace

address to_address(const sockaddr& from) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (from.sa_family == AF_INET6) {
    const auto six = as<sockaddr_in6>(from);
    ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    return {text.data(), ntohs(six.sin6_port)};
  }
  const auto four = as<sockaddr_in>(from);
  ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
  return {text.data(), ntohs(four.sin_port)};
}

address own_address(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return to_address(reinterpret_cast<const sockaddr&>(storage));
}

} // namespace lockstep
