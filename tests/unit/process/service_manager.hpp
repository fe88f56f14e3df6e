// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace lockstep {

/// A service manager's socket, by path or (with '@') abstract.
class service_manager {
public:
  explicit service_manager(const std::string& name)
      : name_(name), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, name.data(), name.size());
    if (name.front() == '@')
      where.sun_path[0] = '\0';
    bound_ = ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&where),
                    static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())) == 0;
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~service_manager() {
    ::unlink(name_.c_str());
    for (const auto* left : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
      ::unsetenv(left);
  }
  service_manager(const service_manager&) = delete;
  service_manager& operator=(const service_manager&) = delete;

  [[nodiscard]] bool bound() const { return bound_; }

  /// The next message; empty if none comes.
  [[nodiscard]] std::string next(int limit_ms = 5'000) const {
    pollfd wait{socket_.get(), POLLIN, 0};
    std::array<char, 1'024> bytes{};
    if (::poll(&wait, 1, limit_ms) <= 0)
      return {};
    const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    return {bytes.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
  }

private:
  std::string name_;
  unique_descriptor socket_;
  bool bound_ = false;
};

} // namespace lockstep
