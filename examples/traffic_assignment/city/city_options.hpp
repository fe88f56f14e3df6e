// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace traffic_assignment {

/// What make_city builds. The defaults are a town that is solved in a moment.
struct city_options {
  std::size_t zones = 100;       ///< from 2 to 10 000, and to 3/4 of the junctions of the grid
  std::size_t connectors = 2;    ///< junctions that each zone is tied to: 1 or 2
  std::size_t destinations = 40; ///< of each origin, from 1; at most all other zones
  std::size_t columns = 18;      ///< of the grid of streets, from 4 to 1000
  std::size_t rows = 18;         ///< likewise
  std::int64_t block_m = 500;    ///< from street to street, from 50 to 5000
  /// Streets from one arterial to the next, from 2 to the number of columns and of rows.
  std::size_t arterial_every = 4;
  std::size_t one_way_every = 5;   ///< streets from one that is one-way to the next; 0: none is
  std::size_t missing_percent = 8; ///< blocks of streets that there are not, from 0 to 40
  /// The distance at which a zone draws a quarter of what it does nearby; from 100 to 50 000.
  std::int64_t trip_length_m = 4'000;
  double load = 0.6; ///< mean volume / capacity by length of road, above 0 to 5
};

/// About 2 950 links, 387 zones, 92 900 pairs of zones: the size of Chicago-Sketch.
[[nodiscard]] city_options small_city();

/// About 28 000 links, 865 zones, 50 200 pairs of zones: the size of Berlin-Center.
[[nodiscard]] city_options large_city();

/// The options named "town" (the defaults), "small" or "large"; nothing for another name.
[[nodiscard]] std::optional<city_options> city_named(std::string_view name);

/// Throws std::invalid_argument that names the first option out of its range.
void check(const city_options& options);

} // namespace traffic_assignment
