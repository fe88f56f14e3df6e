// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <string>

namespace lockstep {

/// A time in UTC, to the millisecond, as ISO 8601 writes it: "2026-11-23T15:27:54.123Z".
std::string to_iso_8601(std::chrono::system_clock::time_point time);

} // namespace lockstep
