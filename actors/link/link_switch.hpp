// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <sys/socket.h>

#include <mutex>

namespace lockstep {

/// Ends a connection from another thread than its owner's, whether or not the owner still has it.
class link_switch {
public:
  explicit link_switch(int socket) : socket_(socket) {}

  /// Ends the connection in both directions. False if its owner has closed it already.
  bool cut() {
    const std::lock_guard lock{mutex_};
    return socket_ >= 0 && ::shutdown(socket_, SHUT_RDWR) == 0;
  }

  /// The owner is about to close the descriptor.
  void forget() {
    const std::lock_guard lock{mutex_};
    socket_ = -1;
  }

private:
  std::mutex mutex_;
  int socket_;
};

} // namespace lockstep
