// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/network.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace traffic_assignment {

/// Reads travel demand in TNTP format (`_trips.tntp`, also as .gz): blocks `Origin N` of entries
/// `destination : flow;`. Entries of one pair add up, those of 0 are dropped, those within a zone
/// are summed in `intrazonal`. `zones` is what the network has.
///
/// A `<TOTAL OD FLOW>` that is off by more than 0.1 % is a warning of the answer, since published
/// files are off at times. Throws std::runtime_error, "FILE:LINE: what is wrong, what was
/// expected", or "FILE: reason" where the file cannot be read.
[[nodiscard]] demand_table read_trips(const std::filesystem::path& file, std::size_t zones);

/// The same from the text of a file; `name` stands for it in errors.
[[nodiscard]] demand_table trips_of_text(std::string_view text, const std::string& name,
                                         std::size_t zones);

} // namespace traffic_assignment
