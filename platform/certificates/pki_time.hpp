// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <chrono>
#include <optional>

namespace lockstep {

/// Seconds since 1970, UTC; null for none.
json written_time(const std::optional<std::chrono::system_clock::time_point>& time);

/// Reads it; throws json::exception where it is no number or further away than a time_point holds.
std::chrono::system_clock::time_point time_from(const json& written);
std::optional<std::chrono::system_clock::time_point> optional_time_from(const json& written);

} // namespace lockstep
