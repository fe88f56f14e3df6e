// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/run_messages.hpp"

#include <lockstep/json.hpp>

#include <cstddef>
#include <string>

namespace lockstep {

json to_json(const step_failure& failed);

/// JSON text of what the controller answered. A list ends where it would have more than `bytes_max`
/// bytes, but not before its first member. Takes time with the size of what was found: not for a
/// thread that answers, unless it is small.
std::string to_text(const run_info& found, std::size_t bytes_max);
std::string to_text(const run_list& found, std::size_t bytes_max);
std::string to_text(const run_result& found, std::size_t bytes_max);
std::string to_text(const step_list& found, std::size_t bytes_max);
std::string to_text(const report_list& found, std::size_t bytes_max);

/// Whether the text is so short that making it takes next to no time.
bool is_small(const run_info& found);
bool is_small(const run_list& found);
bool is_small(const run_result& found);
bool is_small(const step_list& found);
bool is_small(const report_list& found);

} // namespace lockstep
