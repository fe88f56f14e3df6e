// SPDX-License-Identifier: BSD-3-Clause

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
  if (!found->is_number())
    return found->dump();
  const auto number = found->get<double>();
  std::array<char, 64> text{};
  switch (wanted.how) {
  case column::form::plain:
  case column::form::text:
    return found->dump();
  case column::form::whole:
    std::snprintf(text.data(), text.size(), "%.0f", number);
    break;
  case column::form::decimals:
    std::snprintf(text.data(), text.size(), "%.2f", number);
    break;
  case column::form::per_cent:
    std::snprintf(text.data(), text.size(), "%.0f %%", 100 * number);
  }
  return text.data();
}

/// What stands between two cells.
constexpr std::size_t gap_columns = 2;

/// No text is cut to less.
constexpr std::size_t text_columns_min = 8;

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

/// Of the widest cells.
std::vector<std::size_t> widths_of(const cells& lines) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(line[i]));
  return widths;
}

/// Leaves out columns that do not fit, and gives the texts what is left.
void fit(std::vector<std::size_t>& widths, const std::vector<column>& columns,
         std::size_t row_columns) {
  const auto is_text = [&](std::size_t i) { return columns[i].how == column::form::text; };
  const auto least = [&](std::size_t i) {
    return is_text(i) ? std::min(widths[i], std::max(text_columns_min, columns_of(columns[i].head)))
                      : widths[i];
  };
  const auto sum_of = [&](auto width_of) {
    auto sum = gap_columns * (widths.size() - 1);
    for (std::size_t i = 0; i < widths.size(); ++i)
      sum += width_of(i);
    return sum;
  };
  while (widths.size() > 1 && sum_of(least) > row_columns)
    widths.pop_back();
  auto over = sum_of([&](std::size_t i) { return widths[i]; });
  over -= std::min(over, row_columns);
  for (std::size_t i = widths.size(); i-- > 0 && over > 0;) {
    const auto cut = std::min(over, widths[i] - least(i));
    widths[i] -= cut;
    over -= cut;
  }
}

} // namespace

std::string table_of(const json& rows, const std::vector<column>& columns,
                     std::size_t row_columns) {
  const auto lines = cells_of(rows, columns);
  auto widths = widths_of(lines);
  fit(widths, columns, row_columns);
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const auto shown = row_of(line[i], widths[i]);
      row += shown + std::string(widths[i] - columns_of(shown) + gap_columns, ' ');
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += (text.empty() ? "" : "\n") + row_of(row, row_columns);
  }
  return text;
}

} // namespace lockstep
