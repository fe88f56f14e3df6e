// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lockstep {

/// Consecutive indices or items: `first` … `first + count - 1`.
struct share {
  std::size_t first = 0;
  std::size_t count = 0;
  friend bool operator==(const share&, const share&) = default;
};

/// Gives `solvers` indices to nodes with so many slots each, filling one node after another; empty
/// if there are too few slots. A node that gets none has a share of count 0.
std::vector<share> allot_solvers(std::span<const std::size_t> slots, std::size_t solvers);

/// Splits `items` of a map in proportion to the solvers of each node.
std::vector<share> allot_items(std::span<const std::size_t> solvers, std::size_t items);

} // namespace lockstep
