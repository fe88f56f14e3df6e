// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/plan_messages.hpp"
#include "actors/wire/step_messages.hpp"

#include <lockstep/codec.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace lockstep::test {

/// A step in which solvers give back what they get.
inline step_call echo_call(step_kind kind, std::vector<blob> arguments) {
  step_call call;
  call.kind = kind;
  call.key = call.name = "echo";
  call.arguments = std::move(arguments);
  return call;
}

/// So many numbers, one after the other.
inline blob numbers(std::size_t count, std::uint64_t first) {
  std::vector<std::uint64_t> values(count);
  std::iota(values.begin(), values.end(), first);
  return encode(SIZE_MAX, values);
}

/// Compares in pieces, so that large ones are not in memory a second time.
inline bool equal(const blob& one, const blob& other) {
  const auto at_once = std::min(one.size(), std::size_t{1} << 22U);
  std::vector<std::byte> left(at_once);
  std::vector<std::byte> right(at_once);
  for (std::size_t done = 0; one.size() == other.size() && done < one.size(); done += at_once) {
    const auto size = std::min(at_once, one.size() - done);
    one.read(done, left.data(), size);
    other.read(done, right.data(), size);
    if (!std::equal(left.begin(), left.begin() + std::ptrdiff_t(size), right.begin()))
      return false;
  }
  return one.size() == other.size();
}

} // namespace lockstep::test
