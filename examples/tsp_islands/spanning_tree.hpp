// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/kd_tree.hpp"

#include <cstdint>
#include <vector>

namespace tsp_islands {

struct tree_edge {
  city from = 0;
  city to = 0;
};

/// The length of an edge plus the prices of its ends.
[[nodiscard]] inline double priced(const distance& lengths, const std::vector<double>& prices,
                                   city a, city b) {
  return static_cast<double>(lengths(a, b)) + (prices[a] + prices[b]);
}

/// The spanning tree over all edges (not only those to near neighbours) that is least with the
/// given prices, by city. Takes a fraction of a second for 20 000 cities with places, and time
/// growing with the square of their number for an explicit matrix.
[[nodiscard]] std::vector<tree_edge> least_spanning_tree(const distance& lengths,
                                                         const std::vector<double>& prices);

} // namespace tsp_islands
