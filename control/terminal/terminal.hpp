// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// How many columns the terminal at a descriptor has now; none where there is no terminal.
std::optional<std::size_t> terminal_columns(int descriptor);

/// How many columns UTF-8 text takes on a terminal.
std::size_t columns_of(std::string_view text);

/// The text as it stands in one row of at most so many columns: where it is longer it ends with
/// "…", and nothing in it moves the cursor. Bytes that are no UTF-8 become "?".
std::string row_of(std::string_view text, std::size_t columns);

} // namespace lockstep
