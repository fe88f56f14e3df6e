#pragma once

#include <lockstep/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace lockstep {

/// One column of a table: its head, and the member that it shows.
struct column {
  enum class form : unsigned char { plain, whole, decimals, per_cent };
  std::string head;
  std::string member;
  form how = form::plain;
};

/// A list of objects as aligned columns, without an end of line. Where a row would take more than
/// `row_columns`, the widest cells are cut.
std::string table_of(const json& rows, const std::vector<column>& columns,
                     std::size_t row_columns = std::string::npos);

} // namespace lockstep
