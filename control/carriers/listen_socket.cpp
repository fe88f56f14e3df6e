// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/listen_socket.hpp"

#include "control/carriers/carrier.hpp"
#include "platform/network/socket_address.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace lockstep {

namespace {

using address_list = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

[[noreturn]] void refuse(const address& where, const std::string& why) {
  throw carrier_error("Cannot listen on " + to_string(where) + ": " + why);
}

address_list resolve(const address& where) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  // Clients write 127.0.0.1 more often than ::1, and mean the same.
  const std::string host = where.host == "localhost" ? "127.0.0.1" : where.host;
  addrinfo* found = nullptr;
  const int failure =
      ::getaddrinfo(host.c_str(), std::to_string(where.port).c_str(), &hints, &found);
  address_list list(found, &::freeaddrinfo);
  if (failure != 0)
    refuse(where, std::string("the host is not known (") + ::gai_strerror(failure) +
                      "). Use an IP address such as 127.0.0.1.");
  return list;
}

/// Closes the descriptor unless it was released.
class descriptor_guard {
public:
  explicit descriptor_guard(int descriptor) : descriptor_(descriptor) {}
  ~descriptor_guard() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }
  descriptor_guard(const descriptor_guard&) = delete;
  descriptor_guard& operator=(const descriptor_guard&) = delete;
  int get() const noexcept { return descriptor_; }
  int release() noexcept { return std::exchange(descriptor_, -1); }

private:
  int descriptor_;
};

void check(int result, const address& where) {
  if (result >= 0)
    return;
  const int number = errno;
  std::string why = std::strerror(number);
  if (number == EADDRINUSE)
    why = "another program listens there. Stop it, or choose another port (port 0: any).";
  refuse(where, why);
}

void set_option(int socket, int level, int name, const address& where) {
  const int on = 1;
  check(::setsockopt(socket, level, name, &on, sizeof on), where);
}

} // namespace

bool is_beyond_loopback(const address& where) {
  return !is_loopback(to_address(*resolve(where)->ai_addr));
}

listen_socket listen_on(const address& where, reach allowed) {
  const auto list = resolve(where);
  if (allowed == reach::loopback && !is_loopback(to_address(*list->ai_addr)))
    refuse(where, "other machines could reach it there, and that needs TLS and a token. Listen on "
                  "127.0.0.1 or [::1], or switch TLS on.");
  const bool ipv6 = list->ai_family == AF_INET6;
  descriptor_guard socket(::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  check(socket.get(), where);
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, where);
  if (ipv6)
    set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, where);
  check(::bind(socket.get(), list->ai_addr, list->ai_addrlen), where);
  check(::listen(socket.get(), SOMAXCONN), where);
  return {socket.get(), own_address(socket.release()), ipv6};
}

} // namespace lockstep
