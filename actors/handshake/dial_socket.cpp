// SPDX-License-Identifier: BSD-3-Clause

#include "actors/handshake/dial_socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace lockstep {

namespace {

using address_list = std::shared_ptr<addrinfo>;

struct resolution {
  address_list list;
  int failure = 0;
};

resolution resolve(const address& where, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  const int failure =
      ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found);
  return {failure == 0 ? address_list{found, &::freeaddrinfo} : address_list{}, failure};
}

/// A name server that does not answer holds getaddrinfo() up for longer than any limit of ours, so
/// a thread asks, and is left behind if need be.
tl::expected<resolution, dial_failure> look_up(const address& where, const dial_clock& clock) {
  if (auto numeric = resolve(where, AI_NUMERICHOST); numeric.failure == 0)
    return numeric;
  std::promise<resolution> promise;
  auto answer = promise.get_future();
  std::thread{[where, promise = std::move(promise)]() mutable {
    promise.set_value(resolve(where, AI_ADDRCONFIG));
  }}.detach();
  while (!clock.over())
    if (answer.wait_for(clock.slice()) == std::future_status::ready)
      return answer.get();
  return tl::unexpected(clock.failure(where));
}

/// The socket, or the number of the system's error.
tl::expected<unique_descriptor, int> connect_to_one(const addrinfo& one, const dial_clock& clock) {
  unique_descriptor socket{::socket(one.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket)
    return tl::unexpected(int{errno});
  const int on = 1;
  (void)::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket.get(), one.ai_addr, one.ai_addrlen) == 0)
    return socket;
  if (errno != EINPROGRESS && errno != EINTR)
    return tl::unexpected(int{errno});
  if (!clock.wait(socket.get(), POLLOUT))
    return tl::unexpected(ETIMEDOUT);
  int number = 0;
  socklen_t size = sizeof number;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &number, &size);
  if (number != 0)
    return tl::unexpected(number);
  return socket;
}

} // namespace

bool dial_clock::over() const {
  return options_.stop.stop_requested() || std::chrono::steady_clock::now() >= until_;
}

std::chrono::milliseconds dial_clock::slice() const {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(until_ - std::chrono::steady_clock::now());
  return std::clamp(left, milliseconds{0}, milliseconds{100});
}

bool dial_clock::wait(int descriptor, short events) const {
  pollfd one{descriptor, events, 0};
  while (!over())
    if (::poll(&one, 1, static_cast<int>(slice().count())) > 0)
      return true;
  return false;
}

dial_failure dial_clock::failure(const address& where) const {
  if (options_.stop.stop_requested())
    return {"Dialling " + to_string(where) + " was stopped.", false};
  return {to_string(where) + " did not answer within " + std::to_string(options_.limit.count()) +
              " ms.",
          true};
}

tl::expected<unique_descriptor, dial_failure> connect_to(const address& where,
                                                         const dial_clock& clock) {
  const auto failed = [&](const std::string& why) {
    return tl::unexpected(dial_failure{"Cannot dial " + to_string(where) + ": " + why + ".", true});
  };
  auto found = look_up(where, clock);
  if (!found)
    return tl::unexpected(std::move(found.error()));
  if (found->failure != 0)
    return failed(std::string{"the host is not known ("} + ::gai_strerror(found->failure) + ")");
  int number = 0;
  for (const auto* one = found->list.get(); one != nullptr; one = one->ai_next)
    if (auto socket = connect_to_one(*one, clock))
      return *std::move(socket);
    else if (number = socket.error(); clock.over())
      return tl::unexpected(clock.failure(where));
  return failed(std::strerror(number));
}

} // namespace lockstep
