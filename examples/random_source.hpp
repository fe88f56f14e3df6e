// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>

namespace examples {

/// SplitMix64: one word of state, so that a snapshot holds it, and the same numbers with every
/// standard library.
class random_source {
public:
  explicit random_source(std::uint64_t seed = 0) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }

  /// From 0 to `count`-1; `count` is from 1 to 2^32.
  [[nodiscard]] std::size_t below(std::size_t count) {
    return static_cast<std::size_t>(((next() >> 32U) * count) >> 32U);
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(state_);
  }

private:
  std::uint64_t state_;
};

} // namespace examples
