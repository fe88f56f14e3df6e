// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lockstep::fuzz {

/// Makes lines that are nearly JSON-RPC: good requests, and what becomes of them by accident and
/// malice. The same seed makes the same lines.
class mutator {
public:
  explicit mutator(std::uint64_t seed) : random_(seed) {}

  /// A line of some kind, from a good batch to garbage.
  std::string line();

  /// Uniform in [0, bound).
  std::size_t below(std::size_t bound);

private:
  json good_request();
  json any_value(int depth);
  json batch();
  json wrong_member();
  std::string deep_nesting();
  std::string garbage();
  void damage(std::string& text);

  std::mt19937_64 random_;
};

} // namespace lockstep::fuzz
