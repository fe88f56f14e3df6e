// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/head_stream.hpp"

#include "control/client/connection_error.hpp"

#include "platform/tls/tls_context.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace lockstep {

namespace {

using clock = std::chrono::steady_clock;
using tls_outcome = tls_session::outcome;

int left_ms(clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
  return static_cast<int>(std::max(left, std::chrono::milliseconds{0}).count());
}

bool poll_for(int descriptor, short events, int milliseconds) {
  pollfd wait{descriptor, events, 0};
  return ::poll(&wait, 1, milliseconds) > 0;
}

/// Connects a socket that does not block. Gives 0 or an error's number.
int connect_within(int socket, const addrinfo& to, std::chrono::milliseconds limit) {
  if (::connect(socket, to.ai_addr, to.ai_addrlen) == 0)
    return 0;
  if (errno != EINPROGRESS)
    return errno;
  if (!poll_for(socket, POLLOUT, static_cast<int>(limit.count())))
    return errno == EINTR ? EINTR : ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

unique_descriptor connect_to(const address& where, std::chrono::milliseconds limit) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const auto port = std::to_string(where.port);
  if (const int why = ::getaddrinfo(where.host.c_str(), port.c_str(), &hints, &list); why != 0)
    throw cannot_connect(where.host + ": " + ::gai_strerror(why));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned{list, ::freeaddrinfo};
  int error = 0;
  for (const auto* one = list; one != nullptr; one = one->ai_next) {
    unique_descriptor socket{::socket(
        one->ai_family, one->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, one->ai_protocol)};
    error = socket ? connect_within(socket.get(), *one, limit) : errno;
    if (error == 0) {
      const int on = 1;
      ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return socket;
    }
  }
  throw cannot_connect(to_string(where) + ": " + std::strerror(error));
}

short events_for(tls_outcome how) {
  return how == tls_outcome::wants_write ? POLLOUT : POLLIN;
}

[[noreturn]] void lost(const std::string& why) {
  throw connection_lost("the head is gone: " + why);
}

} // namespace

head_stream::head_stream(const head_access& to) : socket_(connect_to(to.where, to.patience)) {
  if (to.tls)
    shake_hands(to);
}

void head_stream::shake_hands(const head_access& to) {
  session_ = to.tls->connect(std::move(socket_));
  const auto deadline = clock::now() + to.patience;
  for (;;) {
    const auto how = session_->handshake();
    if (how == tls_outcome::done)
      return;
    if (how == tls_outcome::closed || how == tls_outcome::failed)
      throw cannot_connect(to_string(to.where) + " with TLS: " + session_->why(),
                           "Is that a head with TLS on, and --ca its cluster's ca.pem?");
    if (clock::now() >= deadline)
      throw cannot_connect(to_string(to.where) + " with TLS: no answer in " +
                               std::to_string(to.patience.count() / 1'000) + " s",
                           "Does a head with TLS listen there?");
    poll_for(session_->descriptor(), events_for(how), left_ms(deadline));
  }
}

bool head_stream::wait(std::chrono::milliseconds limit) {
  if (session_ && session_->pending() > 0)
    return true;
  return poll_for(descriptor(), POLLIN, static_cast<int>(limit.count()));
}

bool head_stream::receive(std::string& to) {
  std::array<char, 1U << 16U> bytes{};
  if (session_) {
    const auto [how, size] = session_->read(std::as_writable_bytes(std::span{bytes}));
    if (how == tls_outcome::done)
      to.append(bytes.data(), size);
    return how != tls_outcome::closed && how != tls_outcome::failed;
  }
  const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (size > 0)
    to.append(bytes.data(), static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && (errno == EINTR || errno == EAGAIN));
}

/// Gives how much of it is out: it may be nothing, after waiting.
std::size_t head_stream::send_some(std::string_view bytes) {
  auto events = short{POLLOUT};
  if (session_) {
    const auto [how, size] = session_->write(std::as_bytes(std::span{bytes}));
    if (how == tls_outcome::done)
      return size;
    if (how == tls_outcome::closed || how == tls_outcome::failed)
      lost(session_->why());
    events = events_for(how);
  } else {
    const auto size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size >= 0)
      return static_cast<std::size_t>(size);
    if (errno != EAGAIN && errno != EINTR)
      lost(std::strerror(errno));
  }
  poll_for(descriptor(), events, -1);
  return 0;
}

void head_stream::send(std::string_view bytes) {
  while (!bytes.empty())
    bytes.remove_prefix(send_some(bytes));
}

} // namespace lockstep
