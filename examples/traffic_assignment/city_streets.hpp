#pragma once

#include "examples/random_source.hpp"
#include "examples/traffic_assignment/city_options.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace traffic_assignment {

using examples::random_source;

/// A point of a made city, in whole metres: decisions by whole numbers are the same on every
/// machine.
struct place {
  std::int64_t x_m = 0;
  std::int64_t y_m = 0;
};

/// Square of the distance, and the distance itself to the next metre.
[[nodiscard]] std::int64_t squared_distance(const place& from, const place& to);
[[nodiscard]] std::int64_t distance_m(const place& from, const place& to);

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

/// A grid of streets with jittered junctions, some missing and some one-way blocks, arterials every
/// few streets, and a ring motorway with an interchange about every arterial. `options` have been
/// checked.
[[nodiscard]] street_plan plan_streets(random_source& random, const city_options& options);

} // namespace traffic_assignment
