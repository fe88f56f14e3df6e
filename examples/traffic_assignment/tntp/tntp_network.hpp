// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/network.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace traffic_assignment {

/// Largest power of a link that is accepted. Published ones end at 16.8; beyond this (x/c)^power
/// leaves the range of a double at flows that do occur.
inline constexpr double power_max = 50;

/// Reads a road network in TNTP format (`_net.tntp`, also as .gz), the rows of which are
///     init_node term_node capacity length free_flow_time b power speed toll [link_type …] ;
/// The speed and what follows the toll are let be. Parallel links are kept. A link that cannot
/// congest (b, power or free-flow time is 0) may have capacity 0, which is taken as 1.
///
/// Units stay those of the file. Throws std::runtime_error, "FILE:LINE: what is wrong, what was
/// expected", or "FILE: reason" where the file cannot be read.
[[nodiscard]] network read_network(const std::filesystem::path& file);

/// The same from the text of a file; `name` stands for it in errors.
[[nodiscard]] network network_of_text(std::string_view text, const std::string& name);

} // namespace traffic_assignment
