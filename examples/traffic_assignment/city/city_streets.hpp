// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/random_source.hpp"
#include "examples/traffic_assignment/city/city_options.hpp"
#include "examples/traffic_assignment/city/street_plan.hpp"

#include <cstdint>

namespace traffic_assignment {

using examples::random_source;

/// Square of the distance, and the distance itself to the next metre.
[[nodiscard]] std::int64_t squared_distance(const place& from, const place& to);
[[nodiscard]] std::int64_t distance_m(const place& from, const place& to);

/// A grid of streets with jittered junctions, some missing and some one-way blocks, arterials every
/// few streets, and a ring motorway with an interchange about every arterial. `options` have been
/// checked.
[[nodiscard]] street_plan plan_streets(random_source& random, const city_options& options);

} // namespace traffic_assignment
