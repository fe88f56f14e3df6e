// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/tntp_node.hpp"

#include "examples/traffic_assignment/tntp/text_file.hpp"
#include "examples/traffic_assignment/tntp/tntp_text.hpp"

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace traffic_assignment {

namespace {

/// As published, headers are "Node X Y ;", "NodeID Xcoord Ycoord" and others.
bool is_header(std::string_view first_word) {
  return std::string_view{"+-.0123456789"}.find(first_word.front()) == std::string_view::npos;
}

} // namespace

std::vector<point> nodes_of_text(std::string_view text, const std::string& name,
                                 std::size_t nodes) {
  tntp_text lines{text, name};
  std::vector<point> points(nodes);
  std::vector<bool> found(nodes);
  for (bool is_first = true; lines.next_line();) {
    if (lines.rest_of_line().front() == '<') // metadata, where there is any
      continue;
    const auto word = lines.next_word();
    if (word == ";" || (std::exchange(is_first, false) && is_header(word)))
      continue;
    const auto node = static_cast<std::size_t>(
        lines.whole(word, "the node", 1, static_cast<std::int64_t>(nodes)) - 1);
    if (found[node])
      lines.fail("node " + std::to_string(node + 1) + " has two rows, expected one");
    found[node] = true;
    points[node].x = lines.coordinate(lines.next_word(), "X");
    points[node].y = lines.coordinate(lines.next_word(), "Y");
  }
  for (std::size_t node = 0; node < nodes; ++node)
    if (!found[node])
      throw std::runtime_error(name + ": node " + std::to_string(node + 1) +
                               " has no row, expected one for each of " + std::to_string(nodes) +
                               " nodes");
  return points;
}

std::vector<point> read_nodes(const std::filesystem::path& file, std::size_t nodes) {
  const auto text = read_text_file(file);
  return nodes_of_text(text, file.string(), nodes);
}

} // namespace traffic_assignment
