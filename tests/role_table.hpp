// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/methods.hpp"
#include "tests/folders.hpp"

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace lockstep::test {

/// A row of the table of roles in docs/security.md: "| `models.describe` with a path | admin | …".
struct role_row {
  std::string text;   ///< the first cell
  std::string method; ///< what stands in backquotes there first
  access_role role{};
  json params; ///< of a call that the row is about
};

/// What a call of the method must give at least, and what the row is about.
inline json params_of(const role_row& row) {
  json params = json::object();
  for (const auto& param : find_method(row.method)->params)
    if (param.required)
      params[std::string{param.name}] =
          param.type == param_type::integer ? json(0) : json("nothing-of-this-name");
  if (row.text.ends_with("with a path"))
    params["model"] = "/nothing/of/this/name.so";
  if (row.text.ends_with("with `search_path`"))
    params["search_path"] = "/nothing/of/this/name";
  return params;
}

inline std::vector<role_row> rows_of_role_table() {
  std::ifstream page{test_folders::documents() / "security.md"};
  std::vector<role_row> rows;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `"))
      continue;
    const auto first = line.find(" | ");
    const auto second = line.find(" | ", first + 3);
    role_row row;
    row.text = line.substr(2, first - 2);
    row.method = row.text.substr(1, row.text.find('`', 1) - 1);
    const auto role = line.substr(first + 3, second - first - 3);
    const auto known = parse_role(role.substr(0, role.find(',')));
    if (find_method(row.method) == nullptr || !known)
      continue; // a table about something else
    row.role = *known;
    row.params = params_of(row);
    rows.push_back(std::move(row));
  }
  return rows;
}

} // namespace lockstep::test
