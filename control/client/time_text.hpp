// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// As in the JSON-RPC: 2026-11-24T04:04:55Z.
std::string utc_text(std::chrono::system_clock::time_point time);

/// What utc_text() gives, with parts of a second or without, for people of this machine: 10:12,
/// with the date where that is not today. Empty where it is no such time.
std::string local_text(const std::string& utc);

/// Reads 45s, 30m, 1h, 7d; none for anything else, and for nothing at all. At most ten years.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

} // namespace lockstep
