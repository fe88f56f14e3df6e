// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/tsplib/token_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tsp_islands {

/// How TSPLIB lists the entries of a symmetric matrix. A triangle listed by columns has the same
/// order as the other triangle listed by rows.
enum class matrix_format {
  full_matrix,
  upper_row,      ///< also LOWER_COL
  lower_row,      ///< also UPPER_COL
  upper_diag_row, ///< also LOWER_DIAG_COL
  lower_diag_row  ///< also UPPER_DIAG_COL
};

/// The format with TSPLIB's name for it, or nothing.
[[nodiscard]] std::optional<matrix_format> matrix_format_named(std::string_view name);

/// Reads the entries of an EDGE_WEIGHT_SECTION into a lower triangle (see instance). Memory grows
/// with what the file holds, not with what it announces. Throws file_error, also for a full matrix
/// that is not symmetric, and for a diagonal whose entries differ, as they do where the format is
/// not that of the list.
[[nodiscard]] std::vector<std::int32_t> read_triangle(token_reader& source, matrix_format format,
                                                      std::size_t dimension);

} // namespace tsp_islands
