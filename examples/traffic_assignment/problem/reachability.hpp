// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/network.hpp"

namespace traffic_assignment {

/// Throws std::runtime_error that names origin and destination (numbered from 1) of the first trip
/// that no route serves; routes pass through no node below first_through_node. Throws
/// std::invalid_argument where demand and network differ in their zones.
void check_routes(const network& roads, const demand_table& demand);

} // namespace traffic_assignment
