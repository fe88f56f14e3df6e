// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/link/raw_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <span>

namespace lockstep::test {

namespace {

using tls_outcome = tls_session::outcome;
using steady_clock = std::chrono::steady_clock;

constexpr std::chrono::seconds socket_patience{20};

bool wait_for(int socket, short events, steady_clock::time_point until) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()).count();
  pollfd one{socket, events, 0};
  return left > 0 && ::poll(&one, 1, static_cast<int>(left)) > 0;
}

short events_for(tls_outcome how) {
  return how == tls_outcome::wants_write ? POLLOUT : POLLIN;
}

} // namespace

unique_descriptor connect_raw(const address& where) {
  unique_descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(where.port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    socket.reset();
  return socket;
}

bool send_raw(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool is_ended(int socket, std::chrono::milliseconds limit) {
  const auto until = steady_clock::now() + limit;
  std::array<char, 4096> bin{};
  while (wait_for(socket, POLLIN, until))
    if (::recv(socket, bin.data(), bin.size(), 0) <= 0)
      return true;
  return false;
}

std::unique_ptr<tls_session> connect_tls(const address& where, const tls_context& context) {
  auto socket = connect_raw(where);
  if (!socket)
    return {};
  const int number = socket.get();
  auto session = context.connect(std::move(socket));
  for (auto how = session->handshake(); how != tls_outcome::done; how = session->handshake())
    if (how == tls_outcome::failed || how == tls_outcome::closed ||
        !wait_for(number, events_for(how), steady_clock::now() + socket_patience))
      return {};
  return session;
}

bool send_all(tls_session& session, std::string_view bytes) {
  auto rest = std::as_bytes(std::span{bytes});
  while (!rest.empty()) {
    const auto [how, sent] = session.write(rest);
    if (how == tls_outcome::failed || how == tls_outcome::closed)
      return false;
    if (how != tls_outcome::done &&
        !wait_for(session.descriptor(), events_for(how), steady_clock::now() + socket_patience))
      return false;
    rest = rest.subspan(sent);
  }
  return true;
}

bool is_ended(tls_session& session, std::chrono::milliseconds limit) {
  const auto until = steady_clock::now() + limit;
  std::array<std::byte, 4096> bin{};
  for (;;) {
    if (session.pending() == 0 && !wait_for(session.descriptor(), POLLIN, until))
      return false;
    const auto how = session.read(bin).how;
    if (how == tls_outcome::failed || how == tls_outcome::closed)
      return true;
  }
}

std::string framed(std::string_view text) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>(static_cast<unsigned char>(text.size() >> shift));
  return bytes.append(text);
}

} // namespace lockstep::test
