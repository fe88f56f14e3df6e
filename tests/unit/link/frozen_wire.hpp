// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/listening_socket.hpp"
#include "platform/network/socket_address.hpp"
#include "tests/unit/link/raw_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

namespace lockstep::test {

/// Passes the bytes of one connection on, until it is frozen: then, like a machine that has
/// stopped, it takes and gives nothing but keeps the connection.
class frozen_wire {
public:
  explicit frozen_wire(address to)
      : to_(std::move(to)), listening_(open_listening_socket({"127.0.0.1", 0})),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  [[nodiscard]] address where() const { return own_address(listening_.get()); }

  /// When it returns, no byte passes any more.
  void freeze() {
    frozen_ = true;
    frozen_.notify_all();
    halted_.wait(false);
  }

private:
  void run(const std::stop_token& stop) {
    accepted_socket one;
    while (!stop.stop_requested() && !one.socket)
      if (pollfd event{listening_.get(), POLLIN, 0}; ::poll(&event, 1, 20) > 0)
        one = accept_socket(listening_.get());
    const auto other = connect_raw(to_);
    while (!stop.stop_requested() && !frozen_) {
      std::array<pollfd, 2> events{pollfd{one.socket.get(), POLLIN, 0},
                                   pollfd{other.get(), POLLIN, 0}};
      if (::poll(events.data(), events.size(), 20) <= 0)
        continue;
      if (events[0].revents != 0 && !pass(one.socket.get(), other.get()))
        break;
      if (events[1].revents != 0 && !pass(other.get(), one.socket.get()))
        break;
    }
    halted_ = true;
    halted_.notify_all();
    while (!stop.stop_requested() && frozen_) // keeps both sockets
      ::poll(nullptr, 0, 20);
  }

  static bool pass(int from, int to) {
    std::array<char, 65'536> bytes{};
    const auto got = ::recv(from, bytes.data(), bytes.size(), 0);
    return got > 0 && send_raw(to, {bytes.data(), static_cast<std::size_t>(got)});
  }

  address to_;
  unique_descriptor listening_;
  std::atomic<bool> frozen_ = false;
  std::atomic<bool> halted_ = false;
  std::jthread thread_;
};

} // namespace lockstep::test
