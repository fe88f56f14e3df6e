// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace traffic_assignment {

/// A point of a made city, in whole metres: decisions by whole numbers are the same on every
/// machine.
struct place {
  std::int64_t x_m = 0;
  std::int64_t y_m = 0;
};

enum class road_kind : std::uint8_t { street, arterial, motorway, ramp };

/// A road from one junction to the next, in one direction.
struct road {
  std::uint32_t tail = 0;
  std::uint32_t head = 0;
  road_kind kind = road_kind::street;
};

/// The roads of a city, from every junction of which every other one can be reached.
struct street_plan {
  std::vector<place> junctions; ///< of the grid, then those of the motorway
  std::size_t of_grid = 0;      ///< junctions that are no part of the motorway
  std::vector<road> roads;
};

} // namespace traffic_assignment
