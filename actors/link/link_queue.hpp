// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/link/link_switch.hpp"
#include "actors/link/tls_link.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// A connection on its way into CAF.
using link_end = std::variant<unique_descriptor, tls_link>;

/// Connections that wait for CAF's network thread to take them over, with a wake-up (eventfd) that
/// rings once for each. Thread-safe.
class link_queue {
public:
  /// Throws std::system_error.
  link_queue();

  /// False once it is closed; then the connection ends.
  bool push(link_end end);

  /// The next one; nothing if none waits.
  std::optional<link_end> pop();

  /// Forgets what waits, and takes no more.
  void close();

  /// Another descriptor of the wake-up, for an epoll of CAF's. Throws std::system_error.
  [[nodiscard]] unique_descriptor wake_up() const;

  /// Remembers how to end a connection, under its name.
  void remember(const std::string& name, const std::shared_ptr<link_switch>& off);

  /// Ends all that live under this name; returns how many.
  std::size_t cut(const std::string& name);

private:
  mutable std::mutex mutex_;
  unique_descriptor wake_up_;
  bool closed_ = false;
  std::deque<link_end> waiting_;
  std::map<std::string, std::vector<std::weak_ptr<link_switch>>> switches_;
};

} // namespace lockstep
