// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <algorithm>
#include <chrono>

namespace lockstep {

/// How long to wait before dialling again: 0.5 s, doubled with every failure in a row up to 15 s,
/// and scattered by up to a quarter either way, so that a thousand nodes do not return in one
/// moment. `random` is uniform in [0, 1); `failures` counts from 1.
inline std::chrono::milliseconds back_off(unsigned failures, double random) {
  constexpr double first_ms = 500;
  constexpr double longest_ms = 15'000;
  constexpr unsigned enough = 16;
  const unsigned doublings = std::min(std::max(failures, 1U) - 1, enough);
  const double plain = std::min(first_ms * static_cast<double>(1U << doublings), longest_ms);
  const double scattered = plain * (0.75 + 0.5 * std::clamp(random, 0.0, 1.0));
  return std::chrono::milliseconds{static_cast<long>(scattered)};
}

} // namespace lockstep
