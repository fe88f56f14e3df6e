// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tsp_islands {

/// A city's number from 0; files and results count from 1.
using city = std::uint32_t;

/// How the length of an edge follows from the data, in TSPLIB's words.
enum class edge_weight { euc_2d, ceil_2d, geo, att, explicit_matrix };

struct point {
  double x = 0;
  double y = 0;
};

/// A symmetric travelling salesman problem as its file states it.
struct instance {
  std::string name;
  edge_weight weight = edge_weight::euc_2d;
  std::size_t dimension = 0;
  std::vector<point> points; ///< by city; empty for an explicit matrix
  /// The lower triangle without its diagonal, row by row; empty for coordinates.
  std::vector<std::int32_t> triangle;
};

/// Where the distance of two cities is in a triangle; the cities differ.
[[nodiscard]] inline std::size_t triangle_index(city a, city b) {
  const std::size_t high = a > b ? a : b;
  const std::size_t low = a > b ? b : a;
  return high * (high - 1) / 2 + low;
}

/// Cities spread evenly over a square with sides of a million, the same for the same seed.
[[nodiscard]] instance random_instance(std::size_t cities, std::uint64_t seed);

} // namespace tsp_islands
