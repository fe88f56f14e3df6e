#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// As in the JSON-RPC: 2026-11-24T04:04:55Z.
std::string utc_text(std::chrono::system_clock::time_point time);

/// Reads 45s, 30m, 1h, 7d; none for anything else, and for nothing at all. At most ten years.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

} // namespace lockstep
