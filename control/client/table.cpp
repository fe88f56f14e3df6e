#include "control/client/table.hpp"

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

} // namespace

std::string table_of(const json& rows, const std::vector<column>& columns) {
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& one : columns)
    lines.front().push_back(one.head);
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (const auto& one : columns)
      line.push_back(cell(row, one));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i)
      row += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
    row.erase(row.find_last_not_of(' ') + 1);
    text += (text.empty() ? "" : "\n") + row;
  }
  return text;
}

} // namespace lockstep
