// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/neighbours.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace tsp_islands {

/// A length that no tour is below: Held and Karp's bound by 1-trees, about 1 % below the optimum if
/// given its time.
///
/// Why it is one: adding a price to all edges at a city adds twice that price to every tour. A tour
/// is a spanning tree's worth of edges with one more edge at a leaf, so the least such "1-tree"
/// minus twice all prices is no longer than the shortest tour, whatever the prices. The search
/// raises the prices where the 1-tree has more than two edges and lowers them at its leaves
/// (subgradient method); for its trees it looks at edges to near neighbours and of `tour` only. The
/// bound itself is then taken from one tree over all edges.
///
/// Takes a few seconds at most up to 20 000 cities, less when `stop` becomes true. The answer is
/// the same for the same arguments unless `stop` ends it.
[[nodiscard]] std::int64_t one_tree_bound(const distance& lengths, const neighbour_lists& near,
                                          const std::vector<city>& tour,
                                          const std::function<bool()>& stop);

} // namespace tsp_islands
