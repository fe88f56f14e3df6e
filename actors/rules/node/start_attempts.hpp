// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <algorithm>
#include <chrono>
#include <string>

namespace lockstep {

/// How a program fares that is started again whenever it ends: at growing intervals while it is of
/// no use, and hopeless once it failed so often that it will not work at the next attempt either.
/// Whoever starts it goes on trying all the same, because somebody may mend the cause.
class start_attempts {
public:
  static constexpr unsigned same_reason_max = 3; ///< failures in a row for one reason
  static constexpr unsigned any_reason_max = 6;  ///< failures in a row
  static constexpr std::chrono::milliseconds first_delay{100};
  static constexpr std::chrono::milliseconds longest_delay{15'000};

  /// It ended before it was of any use, or could not be started. Gives how long to wait before the
  /// next attempt.
  std::chrono::milliseconds failed(const std::string& why) {
    same_ = why == why_ ? same_ + 1 : 1;
    why_ = why;
    constexpr unsigned enough = 16;
    const auto doublings = std::min(failures_++, enough);
    return std::min(first_delay * (1U << doublings), longest_delay);
  }

  /// It was of use.
  void succeeded() { *this = {}; }

  [[nodiscard]] bool is_hopeless() const {
    return same_ >= same_reason_max || failures_ >= any_reason_max;
  }

  /// Of the last failure.
  [[nodiscard]] const std::string& why() const { return why_; }

private:
  unsigned failures_ = 0; ///< in a row
  unsigned same_ = 0;     ///< of them, the last, with one reason
  std::string why_;
};

} // namespace lockstep
