// SPDX-License-Identifier: BSD-3-Clause

#include "actors/handshake/listening_socket.hpp"

#include "platform/network/socket_address.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace lockstep {

namespace {

using local_addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

[[noreturn]] void refuse(const address& where, const std::string& why) {
  throw std::runtime_error("Cannot listen on " + to_string(where) + ": " + why);
}

local_addresses resolve(const address& where) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failure =
      ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found);
  local_addresses list(found, &::freeaddrinfo);
  if (failure != 0)
    refuse(where, std::string("the host is not known (") + ::gai_strerror(failure) +
                      "). Use an address of this machine, or 0.0.0.0 or [::] for all.");
  return list;
}

/// Empty, with errno, if this address cannot be listened on.
unique_descriptor listen_on_one(const addrinfo& one) {
  unique_descriptor socket{::socket(one.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const int on = 1;
  const int off = 0;
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    return {};
  if (one.ai_family == AF_INET6)
    (void)::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(socket.get(), one.ai_addr, one.ai_addrlen) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0)
    return {};
  return socket;
}

std::string sentence(int number) {
  if (number == EADDRINUSE)
    return "another program listens there. Stop it, or choose another port (port 0: any).";
  if (number == EADDRNOTAVAIL)
    return "this machine has no such address.";
  return std::strerror(number);
}

/// "::ffff:192.0.2.7" is how IPv6 writes an IPv4 address.
void write_plainly(address& from) {
  constexpr std::string_view mapped = "::ffff:";
  if (from.host.starts_with(mapped) && from.host.find('.') != std::string::npos)
    from.host.erase(0, mapped.size());
}

/// Whoever has one IPv6 address usually has the whole network of 64 bits.
std::string source_of(const sockaddr_storage& storage, const address& from) {
  if (from.host.find(':') == std::string::npos)
    return from.host;
  sockaddr_in6 six{};
  std::memcpy(&six, &storage, sizeof six);
  return {reinterpret_cast<const char*>(&six.sin6_addr), 8};
}

} // namespace

unique_descriptor open_listening_socket(const address& where) {
  const auto list = resolve(where);
  int number = 0;
  for (const auto* one = list.get(); one != nullptr; one = one->ai_next) {
    if (auto socket = listen_on_one(*one))
      return socket;
    number = number == 0 ? errno : number;
  }
  refuse(where, sentence(number));
}

accepted_socket accept_socket(int listening) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* from = reinterpret_cast<sockaddr*>(&storage);
  accepted_socket came;
  came.socket = unique_descriptor{::accept4(listening, from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!came.socket)
    return came;
  const int on = 1;
  (void)::setsockopt(came.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  came.from = to_address(*from);
  write_plainly(came.from);
  came.source = source_of(storage, came.from);
  return came;
}

} // namespace lockstep
