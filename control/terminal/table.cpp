#include "control/terminal/table.hpp"

#include "control/terminal/terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace lockstep {

namespace {

std::string cell(const json& row, const column& wanted) {
  const auto found = row.find(wanted.member);
  if (found == row.end() || found->is_null())
    return "-";
  if (found->is_string())
    return found->get<std::string>();
  if (wanted.how == column::form::plain || !found->is_number())
    return found->dump();
  const auto number = found->get<double>();
  std::array<char, 64> text{};
  switch (wanted.how) {
  case column::form::whole:
    std::snprintf(text.data(), text.size(), "%.0f", number);
    break;
  case column::form::decimals:
    std::snprintf(text.data(), text.size(), "%.2f", number);
    break;
  default:
    std::snprintf(text.data(), text.size(), "%.0f %%", 100 * number);
  }
  return text.data();
}

/// What stands between two cells.
constexpr std::size_t gap_columns = 2;

/// No cell is cut to less.
constexpr std::size_t cell_columns_min = 4;

using cells = std::vector<std::vector<std::string>>;

cells cells_of(const json& rows, const std::vector<column>& columns) {
  cells lines(1);
  for (const auto& one : columns)
    lines.front().push_back(one.head);
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (const auto& one : columns)
      line.push_back(row_of(cell(row, one), std::string::npos));
  }
  return lines;
}

/// Those of the widest cells, less what a row cannot take.
std::vector<std::size_t> widths_of(const cells& lines, std::size_t row_columns) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(line[i]));
  auto sum = gap_columns * (widths.size() - 1);
  for (const auto width : widths)
    sum += width;
  for (; sum > row_columns; --sum) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= cell_columns_min)
      break;
    --*widest;
  }
  return widths;
}

} // namespace

std::string table_of(const json& rows, const std::vector<column>& columns,
                     std::size_t row_columns) {
  const auto lines = cells_of(rows, columns);
  const auto widths = widths_of(lines, row_columns);
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto shown = row_of(line[i], widths[i]);
      row += shown + std::string(widths[i] - columns_of(shown) + gap_columns, ' ');
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += (text.empty() ? "" : "\n") + row_of(row, row_columns);
  }
  return text;
}

} // namespace lockstep
