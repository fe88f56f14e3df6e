#pragma once

#include "actors/process/unique_descriptor.hpp"

#include <chrono>
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

  enum class reason : unsigned char { signal, notified, time_over };

  /// Waits; for ever if there is no limit.
  reason wait(std::optional<std::chrono::milliseconds> limit = {});

  /// The signal that `wait` saw last.
  [[nodiscard]] int signal() const { return signal_; }

private:
  unique_descriptor signals_;
  unique_descriptor word_;
  int signal_ = 0;
};

} // namespace lockstep
