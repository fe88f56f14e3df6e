// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/tntp_node.hpp"
#include "tests/unit/traffic/error_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace traffic_assignment {

TEST(tntp_node, rows_are_read_with_and_without_a_header) {
  const std::vector<point> expected{{-96.77, 43.6}, {1e3, 0}};
  for (const std::string header :
       {"", "Node\tX\tY\t;\n", "~ places\r\nnode x y\r\n", "NodeID Xcoord Ycoord\n",
        "\xEF\xBB\xBFnode_id\tx\ty;\n", "<NUMBER OF NODES> 2\n<END OF METADATA>\n\nID X Y\n",
        ";\nid x y\n"})
    EXPECT_EQ(nodes_of_text(header + "2 \t+1e3 0\t;\n\n1\t-96.77\t43.6\t;\n", "node.tntp", 2),
              expected)
        << header;
}

TEST(tntp_node, malformed_files_are_refused_with_line_and_reason) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"1 2 3\n", "node.tntp: node 2 has no row, expected one for each of 2 nodes"},
      {"1 2 3\n1 2 3\n", "node.tntp:2: node 1 has two rows, expected one"},
      {"3 2 3\n", "node.tntp:1: the node is '3', expected a whole number from 1 to 2"},
      {"1 2\n", "node.tntp:1: Y is missing, expected a number"},
      {"1 nan 3\n", "node.tntp:1: X is 'nan', expected a number"},
      {"1 2 3\nNode X Y\n", "node.tntp:2: the node is 'Node', expected a whole number"},
  };
  for (const auto& [text, reason] : cases) {
    const auto error = error_of([&] { (void)nodes_of_text(text, "node.tntp", 2); });
    EXPECT_EQ(error.rfind(reason, 0), 0U) << error;
  }
}

} // namespace traffic_assignment
