// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/random_source.hpp"
#include "examples/traffic_assignment/city/city_options.hpp"
#include "examples/traffic_assignment/city/city_streets.hpp"
#include "examples/traffic_assignment/network/network.hpp"

#include <cstdint>
#include <vector>

namespace traffic_assignment {

using examples::random_source;

/// Trips between zones by a gravity model: the dense middle draws more than the edge, and near
/// zones more than far ones. Each origin has `options.destinations` destinations. The demand is
/// scaled for roads of `capacity_m` (capacity times metres, summed) to have the mean
/// `options.load`, and is in hundredths of a vehicle, at least one.
[[nodiscard]] demand_table gravity_demand(random_source& random, const city_options& options,
                                          const std::vector<place>& zones, std::int64_t capacity_m);

} // namespace traffic_assignment
