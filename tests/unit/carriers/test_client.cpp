// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/carriers/test_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace lockstep::test {

namespace {

void connect_to(int descriptor, const address& where) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (where.host.find(':') != std::string::npos) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(where.port);
    ::inet_pton(AF_INET6, where.host.c_str(), &six.sin6_addr);
    std::memcpy(&storage, &six, size = sizeof six);
  } else {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(where.port);
    ::inet_pton(AF_INET, where.host.c_str(), &four.sin_addr);
    std::memcpy(&storage, &four, size = sizeof four);
  }
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&storage), size) != 0)
    throw std::runtime_error("cannot connect to " + to_string(where));
}

} // namespace

client::client(const address& where, int receive_bytes)
    : descriptor_(::socket(where.host.find(':') == std::string::npos ? AF_INET : AF_INET6,
                           SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{10, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (receive_bytes > 0)
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  connect_to(descriptor_, where);
}

client::~client() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

client::client(client&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), kept_(std::move(other.kept_)) {}

bool client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void client::end() {
  ::shutdown(descriptor_, SHUT_WR);
}

std::optional<std::string> client::line() {
  std::array<char, 65'536> buffer;
  for (;;) {
    if (const auto end = kept_.find('\n'); end != std::string::npos) {
      auto line = kept_.substr(0, end);
      kept_.erase(0, end + 1);
      return line;
    }
    const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    timed_out_ = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (count <= 0)
      return std::nullopt;
    kept_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

bool client::closed() {
  return !line() && kept_.empty() && !timed_out_;
}

bool client::ends() {
  while (line()) {
  }
  return !timed_out_;
}

} // namespace lockstep::test
