// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace lockstep::fuzz {

/// A number that a variable of the environment gives.
std::uint64_t from_environment(const char* name, std::uint64_t fallback);

/// Damages bytes that were good. The same seed does the same damage.
class damager {
public:
  explicit damager(std::uint64_t seed) : random_(seed) {}

  /// Uniform in [0, bound).
  std::size_t below(std::size_t bound);

  /// Up to four accidents: bytes changed, lost, repeated or added.
  std::string damage(std::string bytes);

private:
  char any_byte();
  void accident(std::string& bytes);

  std::mt19937_64 random_;
};

} // namespace lockstep::fuzz
