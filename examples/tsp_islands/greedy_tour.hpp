// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/neighbours.hpp"

#include <vector>

namespace tsp_islands {

/// A tour to start from, about a sixth longer than the best one: takes the shortest edges first, as
/// long as no city gets three of them and no circle closes early.
[[nodiscard]] std::vector<city> greedy_tour(const distance& lengths,
                                            const neighbour_lists& neighbours);

} // namespace tsp_islands
