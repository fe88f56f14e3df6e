// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/tsplib/matrix_format.hpp"

#include "examples/tsp_islands/tsplib/instance.hpp"

#include <array>
#include <string>
#include <utility>

namespace tsp_islands {
namespace {

constexpr std::int64_t weight_max = 1'000'000'000;

/// The columns of a row that a format lists.
std::pair<std::size_t, std::size_t> columns(matrix_format format, std::size_t row,
                                            std::size_t dimension) {
  switch (format) {
  case matrix_format::full_matrix:
    return {0, dimension};
  case matrix_format::upper_row:
    return {row + 1, dimension};
  case matrix_format::lower_row:
    return {0, row};
  case matrix_format::upper_diag_row:
    return {row, dimension};
  case matrix_format::lower_diag_row:
    return {0, row + 1};
  }
  return {0, 0};
}

/// Calls visit(row, column) in the order of the file.
template <class Visit>
void for_each_entry(matrix_format format, std::size_t dimension, Visit visit) {
  for (std::size_t row = 0; row < dimension; ++row) {
    const auto [first, last] = columns(format, row, dimension);
    for (std::size_t column = first; column < last; ++column)
      visit(static_cast<city>(row), static_cast<city>(column));
  }
}

} // namespace

std::optional<matrix_format> matrix_format_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, matrix_format>, 9> names{{
      {"FULL_MATRIX", matrix_format::full_matrix},
      {"UPPER_ROW", matrix_format::upper_row},
      {"LOWER_ROW", matrix_format::lower_row},
      {"UPPER_DIAG_ROW", matrix_format::upper_diag_row},
      {"LOWER_DIAG_ROW", matrix_format::lower_diag_row},
      {"UPPER_COL", matrix_format::lower_row},
      {"LOWER_COL", matrix_format::upper_row},
      {"UPPER_DIAG_COL", matrix_format::lower_diag_row},
      {"LOWER_DIAG_COL", matrix_format::upper_diag_row},
  }};
  for (const auto& [known, format] : names)
    if (known == name)
      return format;
  return std::nullopt;
}

std::vector<std::int32_t> read_triangle(token_reader& source, matrix_format format,
                                        std::size_t dimension) {
  std::vector<std::int32_t> listed;
  std::optional<std::int64_t> diagonal;
  for_each_entry(format, dimension, [&](city row, city column) {
    const auto weight = source.whole(0, weight_max, "an edge weight");
    if (row == column) {
      // Whatever it is for: where it varies, these are lengths of edges.
      if (diagonal.value_or(weight) != weight)
        source.fail("the diagonal holds " + std::to_string(weight) + " for city " +
                    std::to_string(row + 1) + " and " + std::to_string(*diagonal) +
                    " before: is EDGE_WEIGHT_FORMAT the one of this list?");
      diagonal = weight;
      return;
    }
    if (format == matrix_format::full_matrix && row > column &&
        listed[std::size_t{column} * (dimension - 1) + row - 1] != weight)
      source.fail("the matrix is not symmetric at row " + std::to_string(row + 1) + ", column " +
                  std::to_string(column + 1));
    listed.push_back(static_cast<std::int32_t>(weight));
  });
  std::vector<std::int32_t> triangle(dimension * (dimension - 1) / 2);
  std::size_t next = 0;
  for_each_entry(format, dimension, [&](city row, city column) {
    if (row != column)
      triangle[triangle_index(row, column)] = listed[next++];
  });
  return triangle;
}

} // namespace tsp_islands
