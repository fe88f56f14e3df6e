// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

namespace tsp_islands {

/// Which cities are connected (union-find).
class disjoint_sets {
public:
  explicit disjoint_sets(std::size_t count) : parent_(count) { reset(); }

  /// Separates all.
  void reset() { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }

  [[nodiscard]] std::size_t find(std::size_t member) {
    while (parent_[member] != member) {
      parent_[member] = parent_[parent_[member]];
      member = parent_[member];
    }
    return member;
  }

  /// False if they were connected already.
  bool unite(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    if (a == b)
      return false;
    parent_[a < b ? b : a] = a < b ? a : b;
    return true;
  }

private:
  std::vector<std::size_t> parent_;
};

} // namespace tsp_islands
