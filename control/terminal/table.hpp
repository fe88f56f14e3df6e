// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace lockstep {

/// One column of a table: its head, and the member that it shows.
struct column {
  /// A text may be cut; all others are shown whole or not at all.
  enum class form : unsigned char { plain, text, whole, decimals, per_cent };
  std::string head;
  std::string member;
  form how = form::plain;
};

/// A list of objects as aligned columns, without an end of line. Where a row would take more than
/// `row_columns`, texts are cut, and columns that do not fit then are left out, from the right.
std::string table_of(const json& rows, const std::vector<column>& columns,
                     std::size_t row_columns = std::string::npos);

} // namespace lockstep
