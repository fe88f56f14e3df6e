// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace traffic_assignment {

/// Where a node lies, in whatever its file counts: degrees, metres.
struct point {
  double x = 0;
  double y = 0;

  bool operator==(const point&) const = default;
};

/// Reads a node file (`_node.tntp`, also as .gz) with the columns Node X Y, one row for each of so
/// many nodes in any order; the header line may be missing, and more columns are let be. Throws
/// std::runtime_error, "FILE:LINE: what is wrong, what was expected", or "FILE: reason".
[[nodiscard]] std::vector<point> read_nodes(const std::filesystem::path& file, std::size_t nodes);

/// The same from the text of a file; `name` stands for it in errors.
[[nodiscard]] std::vector<point> nodes_of_text(std::string_view text, const std::string& name,
                                               std::size_t nodes);

} // namespace traffic_assignment
