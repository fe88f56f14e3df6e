// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace lockstep {

/// Lets a program's main thread wait for its end: a signal from outside (SIGINT, SIGTERM, SIGHUP),
/// or word from one of its own threads. Make it first in main, before any thread: threads inherit
/// that these signals are blocked.
class termination {
public:
  termination();

  /// Word from within: the wait under way, or else the next one, ends. Any thread, any number of
  /// times.
  void notify();

  enum class reason : unsigned char { signal, notified, time_over, hung_up };

  /// Lets the next wait end, once, when the other end of this socket is closed. Whoever holds that
  /// end sends nothing.
  void heed(int socket) { heeded_ = socket; }

  /// Lets a wait, on its own thread, call `what` every `interval`: also where no single wait takes
  /// so long. To be called by the thread that waits. A wait ends late by as much as the call takes.
  void while_waiting(std::chrono::milliseconds interval, std::function<void()> what);

  /// Waits; for ever if there is no limit.
  reason wait(std::optional<std::chrono::milliseconds> limit = {});

  /// The signal that `wait` saw last.
  [[nodiscard]] int signal() const { return signal_; }

private:
  using clock = std::chrono::steady_clock;
  reason wait_once(std::optional<std::chrono::milliseconds> limit);

  std::chrono::milliseconds interval_{0};
  std::function<void()> meanwhile_;
  clock::time_point due_; ///< when meanwhile_ is to be called next
  unique_descriptor signals_;
  unique_descriptor word_;
  int heeded_ = -1;
  int signal_ = 0;
};

} // namespace lockstep
