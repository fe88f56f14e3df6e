// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/carriers/other_users_head.hpp"

#include "tests/unit/carriers/other_user.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace lockstep::test {

namespace {

constexpr const char* description =
    R"({"id":1,"jsonrpc":"2.0","result":{"name":"lockstep","control":"127.0.0.1:1","pid":1}})"
    "\n";

/// In a child of a process with threads, so nothing here allocates.
[[noreturn]] void be_nobodys_head(int told) {
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof any;
  auto* plain = reinterpret_cast<sockaddr*>(&any); // the sockets interface asks for it
  if (::setgid(nobody) != 0 || ::setuid(nobody) != 0)
    ::_exit(1);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::bind(listener, plain, size) != 0 || ::listen(listener, 8) != 0 ||
      ::getsockname(listener, plain, &size) != 0 ||
      ::write(told, &any.sin_port, sizeof any.sin_port) != sizeof any.sin_port)
    ::_exit(2);
  for (;;) {
    const int client = ::accept(listener, nullptr, nullptr);
    std::array<char, 4'096> bytes{};
    for (auto count = ::recv(client, bytes.data(), bytes.size(), 0); count > 0;
         count = ::recv(client, bytes.data(), bytes.size(), 0))
      if (::write(told, bytes.data(), static_cast<std::size_t>(count)) != count ||
          ::send(client, description, std::strlen(description), MSG_NOSIGNAL) < 0)
        break;
    ::close(client);
  }
}

} // namespace

other_users_head::other_users_head() : told_(make_pipe()) {
  child_ = ::fork();
  if (child_ == 0)
    be_nobodys_head(told_.second.get());
  told_.second.reset();
  in_port_t port = 0;
  if (::read(told_.first.get(), &port, sizeof port) != sizeof port)
    throw std::runtime_error("a test needs a loopback port of another user");
  where = {"127.0.0.1", ntohs(port)};
}

std::string other_users_head::end() {
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  child_ = 0;
  std::string text;
  std::array<char, 4'096> bytes{};
  for (auto size = ::read(told_.first.get(), bytes.data(), bytes.size()); size > 0;
       size = ::read(told_.first.get(), bytes.data(), bytes.size()))
    text.append(bytes.data(), static_cast<std::size_t>(size));
  return text;
}

other_users_head::~other_users_head() {
  if (child_ != 0)
    end();
}

} // namespace lockstep::test
