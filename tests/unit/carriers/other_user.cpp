// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/carriers/other_user.hpp"

#include "platform/process/unique_descriptor.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace lockstep::test {

namespace {

constexpr int patience_ms = 10'000;

/// In a child of a process with threads, so nothing here allocates.
[[noreturn]] void be_nobody(const sockaddr_in& where, const char* text, std::size_t size, int out) {
  if (::setgid(nobody) != 0 || ::setuid(nobody) != 0)
    ::_exit(1);
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
      ::send(socket, text, size, MSG_NOSIGNAL) != static_cast<ssize_t>(size))
    ::_exit(2);
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4'096> bytes{};
  pollfd wait{socket, POLLIN, 0};
  while (::poll(&wait, 1, patience_ms) > 0) {
    const auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (count <= 0 || ::write(out, bytes.data(), static_cast<std::size_t>(count)) != count)
      break;
  }
  ::_exit(0);
}

} // namespace

std::string ask_as_nobody(const address& where, const std::string& lines) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(where.port);
  ::inet_pton(AF_INET, where.host.c_str(), &to.sin_addr);
  const auto text = lines + '\n';
  auto answers = make_pipe();
  const auto child = ::fork();
  if (child == 0)
    be_nobody(to, text.data(), text.size(), answers.second.get());
  answers.second.reset();
  std::string answer;
  std::array<char, 4'096> bytes{};
  for (auto size = ::read(answers.first.get(), bytes.data(), bytes.size()); size > 0;
       size = ::read(answers.first.get(), bytes.data(), bytes.size()))
    answer.append(bytes.data(), static_cast<std::size_t>(size));
  ::waitpid(child, nullptr, 0);
  return answer;
}

} // namespace lockstep::test
