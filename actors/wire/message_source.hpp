// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>

namespace lockstep {

/// Where the message comes from that this thread is reading. A blob in shared memory is named by a
/// process and its descriptor, which mean something on one machine only. So a link says with one of
/// these, while CAF reads what it brought, who is at the other end; without one nobody may name
/// memory.
///
/// It counts for the thread that makes it, until it ends, and the innermost counts: CAF reads a
/// message on the thread that received it, because system_configuration gives it no other.
class message_source {
public:
  /// Where whoever wrote the message runs.
  enum class machine : std::uint8_t { this_one, another };

  explicit message_source(machine of) : of_(of), before_(innermost()) { innermost() = this; }
  ~message_source() { innermost() = before_; }
  message_source(const message_source&) = delete;
  message_source& operator=(const message_source&) = delete;

  /// For what reads a message: whether it may name memory. If not, that is remembered.
  static bool may_name_memory() {
    auto* now = innermost();
    if (now == nullptr)
      return false;
    now->named_memory_ = true;
    return now->of_ == machine::this_one;
  }

  /// For the link: whether what was read since it was made named memory.
  [[nodiscard]] bool named_memory() const { return named_memory_; }

private:
  static message_source*& innermost() {
    static thread_local message_source* now = nullptr;
    return now;
  }

  machine of_;
  bool named_memory_ = false;
  message_source* before_;
};

} // namespace lockstep
