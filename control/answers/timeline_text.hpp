// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/timeline_messages.hpp"

#include <cstddef>
#include <string>

namespace lockstep {

/// Rows that a timeline has at most: more solvers or nodes than that are put together.
inline constexpr std::size_t timeline_rows_max = 256;

/// JSON text of what runs.timeline answers. Takes time with the steps of the range and their
/// solvers, and with rows and columns: not for a thread that answers. It is no list that might be
/// cut: it has at most 14 bytes for each column of each row, beside little else.
std::string to_text(const run_timeline& found, std::size_t bytes_max);

/// Never: even where it has few columns, it may be of many steps.
constexpr bool is_small(const run_timeline&) {
  return false;
}

} // namespace lockstep
