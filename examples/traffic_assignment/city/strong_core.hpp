// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/city/street_plan.hpp"

#include <cstdint>

namespace traffic_assignment {

/// The junctions that can be reached from `centre` and can reach it, with the roads between them;
/// they are numbered anew in the same order.
[[nodiscard]] street_plan strong_core(const street_plan& plan, std::uint32_t centre);

} // namespace traffic_assignment
