// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace lockstep {

/// A run's number, from 1, unique within a head; 0 stands for none. People see "r17".
struct run_id {
  std::uint64_t value = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
  friend auto operator<=>(const run_id&, const run_id&) = default;
};

/// A node's number, from 1, unique within a head; 0 stands for none. People see "n1". A node that
/// comes back has another.
struct node_number {
  std::uint32_t value = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
  friend auto operator<=>(const node_number&, const node_number&) = default;
};

/// A place for one worker on a node, 0 … slots-1. A solver's index belongs to a run, a slot to a
/// node.
struct slot_number {
  std::uint32_t value = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
  friend auto operator<=>(const slot_number&, const slot_number&) = default;
};

/// As people see them: "r17", "n1".
inline std::string to_string(run_id id) {
  return "r" + std::to_string(id.value);
}
inline std::string to_string(node_number id) {
  return "n" + std::to_string(id.value);
}

template <class Inspector>
bool inspect(Inspector& f, run_id& x) {
  return f.object(x).fields(f.field("value", x.value));
}

template <class Inspector>
bool inspect(Inspector& f, node_number& x) {
  return f.object(x).fields(f.field("value", x.value));
}

template <class Inspector>
bool inspect(Inspector& f, slot_number& x) {
  return f.object(x).fields(f.field("value", x.value));
}

} // namespace lockstep
