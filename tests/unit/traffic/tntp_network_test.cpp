// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/problem/reachability.hpp"
#include "examples/traffic_assignment/tntp/tntp_network.hpp"
#include "tests/unit/traffic/error_text.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace traffic_assignment {

namespace {

/// Five lines, so that the first row is line 6.
std::string metadata(const std::string& links) {
  return "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<FIRST THRU NODE> 3\n<NUMBER OF LINKS> " +
         links + "\n<END OF METADATA>\n";
}

network network_in(const std::string& text) {
  return network_of_text(text, "net.tntp");
}

network with_rows(const std::string& links, const std::string& rows) {
  return network_in(metadata(links) + rows);
}

std::string network_error(const std::string& text) {
  return error_of([&] { (void)network_in(text); });
}

/// Of a file with one row, which is line 6.
std::string error_in_row(const std::string& row) {
  return network_error(metadata("1") + row + "\n");
}

/// A demand of 5 from zone `origin` to zone `destination`, both from 1.
demand_table one_trip(std::size_t zones, std::size_t origin, std::uint32_t destination) {
  demand_table demand;
  demand.trips.resize(zones);
  demand.trips[origin - 1].push_back({destination - 1, 5});
  return demand;
}

} // namespace

TEST(tntp_network, a_row_is_read_with_all_its_columns) {
  const auto roads = with_rows("1", "\t1\t3\t25900.20064\t6.5\t7\t0.15\t4\t30\t2\t1\t;\n");
  ASSERT_EQ(roads.links(), 1U);
  EXPECT_EQ(roads.zones, 2U);
  EXPECT_EQ(roads.nodes, 4U);
  EXPECT_EQ(roads.first_through_node, 2U);
  EXPECT_EQ(roads.tail[0], 0U);
  EXPECT_EQ(roads.head[0], 2U);
  EXPECT_EQ(roads.capacity[0], 25900.20064);
  EXPECT_EQ(roads.length[0], 6.5);
  EXPECT_EQ(roads.free_time[0], 7);
  EXPECT_EQ(roads.b[0], 0.15);
  EXPECT_EQ(roads.power[0], 4);
  EXPECT_EQ(roads.toll[0], 2);
}

TEST(tntp_network, links_are_sorted_by_tail_and_know_their_place_in_the_file) {
  const auto roads = with_rows("4", "4 1 1 1 1 0 4 0 0 1;\n1 3 1 1 1 0 4 0 0 1;\n"
                                    "4 2 1 1 1 0 4 0 0 1;\n1 3 2 1 1 0 4 0 0 1;\n");
  EXPECT_EQ(roads.first_link, (std::vector<std::uint32_t>{0, 2, 2, 2, 4}));
  EXPECT_EQ(roads.tail, (std::vector<std::uint32_t>{0, 0, 3, 3}));
  EXPECT_EQ(roads.head, (std::vector<std::uint32_t>{2, 2, 0, 1}));
  EXPECT_EQ(roads.file_order, (std::vector<std::uint32_t>{1, 3, 0, 2}));
}

TEST(tntp_network, parallel_links_are_kept) {
  const auto roads = with_rows("2", "1 3 10 1 1 0.15 4 0 0 1;\n1 3 20 1 1 0.15 4 0 0 1;\n");
  EXPECT_EQ(roads.capacity, (std::vector<double>{10, 20}));
}

TEST(tntp_network, the_looks_of_a_file_do_not_matter) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"semicolon with a blank", "1 3 9 1 1 0.15 4 0 0 1 ;\n"},
      {"semicolon without", "1 3 9 1 1 0.15 4 0 0 1;\n"},
      {"no semicolon", "1 3 9 1 1 0.15 4 0 0 1\n"},
      {"no line end", "1 3 9 1 1 0.15 4 0 0 1;"},
      {"carriage returns", "1 3 9 1 1 0.15 4 0 0 1;\r\n\r\n"},
      {"tabs and blanks", "\t 1\t\t3 \t 9 1 1 0.15 4 0 0 1\t;\t\n"},
      {"comments and blank lines", "~ init term ;\n\n   \n1 3 9 1 1 0.15 4 0 0 1; ~ a road\n~"},
      {"nothing after the toll", "1 3 9 1 1 0.15 4 0 0;\n"},
      {"more after the type", "1 3 9 1 1 0.15 4 0 0 1 somewhere 7;\n"},
      {"signs and exponents", "+1 3 +9.0E0 1. .1e+1 15e-2 4.0 0 0 1;\n"},
  };
  for (const auto& [look, row] : rows) {
    SCOPED_TRACE(look);
    ASSERT_EQ(network_error(metadata("1") + row), "accepted");
    const auto roads = with_rows("1", row);
    EXPECT_EQ(roads.tail[0], 0U);
    EXPECT_EQ(roads.head[0], 2U);
    EXPECT_EQ(roads.capacity[0], 9);
    EXPECT_EQ(roads.free_time[0], 1);
    EXPECT_EQ(roads.b[0], 0.15);
  }
}

TEST(tntp_network, several_rows_may_share_a_line) {
  const auto roads = with_rows("2", "1 3 9 1 1 0.15 4 0 0 1; 3 2 8 1 1 0.15 4 0 0 1;\n");
  EXPECT_EQ(roads.capacity, (std::vector<double>{9, 8}));
}

TEST(tntp_network, metadata_may_have_any_order_and_unknown_tags) {
  const auto roads = network_in("\xEF\xBB\xBF<ORIGINAL HEADER>~ Tail Head ;\r\n"
                                "<NUMBER OF LINKS>1\r\n<made by> hand\r\n"
                                "<Number of Nodes>\t4\t\t\r\n<NUMBER OF ZONES> 4 \r\n"
                                "<END OF METADATA>\t\t\r\n1 3 9 1 1 0.15 4 0 0 1;\r\n");
  EXPECT_EQ(roads.zones, 4U);
  EXPECT_EQ(roads.nodes, 4U);
  EXPECT_EQ(roads.links(), 1U);
}

TEST(tntp_network, without_first_thru_node_or_with_1_all_nodes_let_through) {
  const std::string before = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<NUMBER OF LINKS> 0\n";
  EXPECT_EQ(network_in(before + "<END OF METADATA>\n").first_through_node, 0U);
  EXPECT_EQ(network_in(before + "<FIRST THRU NODE> 1\n<END OF METADATA>\n").first_through_node, 0U);
  EXPECT_EQ(network_in(before + "<FIRST THRU NODE> 0\n<END OF METADATA>\n").first_through_node, 0U);
}

TEST(tntp_network, unusual_formulas_are_read_as_they_stand) {
  const auto roads = with_rows("3", "1 3 1 100 0.00000001 1000000000 1 0 0 1;\n"
                                    "3 4 99999 0 0 0.15 4 0 0 1;\n"
                                    "4 2 1 1 2 1.2e-12 16.83 0 0 1;\n");
  EXPECT_EQ(roads.b, (std::vector<double>{1e9, 0.15, 1.2e-12}));
  EXPECT_EQ(roads.free_time, (std::vector<double>{1e-8, 0, 2}));
  EXPECT_EQ(roads.power, (std::vector<double>{1, 4, 16.83}));
}

TEST(tntp_network, a_link_that_cannot_congest_may_have_no_capacity) {
  const auto roads = with_rows("4", "1 3 0 1 1 0 4 0 0 1;\n3 4 0 1 0 0.15 4 0 0 1;\n"
                                    "4 2 0 1 1 0.15 0 0 0 1;\n2 4 7 1 1 0 0 0 0 1;\n");
  EXPECT_EQ(roads.capacity, (std::vector<double>{1, 7, 1, 1}));
}

TEST(tntp_network, a_malformed_row_is_refused_with_its_line_and_reason) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"0 3 9 1 1 0.15 4 0 0 1;", "init_node is '0', expected a whole number from 1 to 4"},
      {"5 3 9 1 1 0.15 4 0 0 1;", "init_node is '5', expected a whole number from 1 to 4"},
      {"1 5 9 1 1 0.15 4 0 0 1;", "term_node is '5', expected a whole number from 1 to 4"},
      {"1.5 3 9 1 1 0.15 4 0 0 1;", "init_node is '1.5', expected a whole number"},
      {"-1 3 9 1 1 0.15 4 0 0 1;", "init_node is '-1', expected a whole number"},
      {"99999999999999999999 3 9 1 1 0 4 0 0 1;", "init_node is '99999999999999999999'"},
      {"3 3 9 1 1 0.15 4 0 0 1;", "the link leads from node 3 to itself, expected two different"},
      {"1 3 abc 1 1 0.15 4 0 0 1;", "capacity is 'abc', expected a number from 0 to 1e+30"},
      {"1 3 nan 1 1 0.15 4 0 0 1;", "capacity is 'nan', expected a number"},
      {"1 3 inf 1 1 0.15 4 0 0 1;", "capacity is 'inf', expected a number"},
      {"1 3 1e999 1 1 0.15 4 0 0 1;", "capacity is '1e999', expected a number"},
      {"1 3 1e31 1 1 0.15 4 0 0 1;", "capacity is '1e31', expected a number"},
      {"1 3 -9 1 1 0.15 4 0 0 1;", "capacity is '-9', expected a number from 0"},
      {"1 3 +-9 1 1 0.15 4 0 0 1;", "capacity is '+-9', expected a number from 0"},
      {"1 3 0x9 1 1 0.15 4 0 0 1;", "capacity is '0x9', expected a number from 0"},
      {"1 3 9,5 1 1 0.15 4 0 0 1;", "capacity is '9,5', expected a number from 0"},
      {"1 3 0 1 1 0.15 4 0 0 1;", "capacity is '0', expected more than 0 where b, power and"},
      {"1 3 1e-300 1 1 0.15 4 0 0 1;", "capacity is '1e-300', expected more than 0"},
      {"1 3 9 -1 1 0.15 4 0 0 1;", "length is '-1', expected a number from 0"},
      {"1 3 9 1 -1 0.15 4 0 0 1;", "free_flow_time is '-1', expected a number from 0"},
      {"1 3 9 1 1 -0.15 4 0 0 1;", "b is '-0.15', expected a number from 0"},
      {"1 3 9 1 1 0.15 -4 0 0 1;", "power is '-4', expected a number from 0 to 50"},
      {"1 3 9 1 1 0.15 51 0 0 1;", "power is '51', expected a number from 0 to 50"},
      {"1 3 9 1 1 0.15 4 0 -1 1;", "toll is '-1', expected a number from 0"},
      {"1 3 9 1 1 0.15 4 0;", "the row ends too early, expected init_node term_node capacity"},
      {"1 3 9", "the row ends too early, expected init_node"},
      {"1;", "the row ends too early, expected init_node"},
      {"\x01\xff", "init_node is '\?\?', expected a whole number"},
      {std::string(200, '7'), "init_node is '" + std::string(40, '7') + "...', expected"},
  };
  for (const auto& [row, reason] : cases)
    EXPECT_EQ(error_in_row(row).rfind("net.tntp:6: " + reason, 0), 0U) << error_in_row(row);
}

TEST(tntp_network, malformed_metadata_are_refused_with_line_and_reason) {
  const std::string sizes = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<NUMBER OF LINKS> 0\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "net.tntp:0: the file ends within its metadata, expected <END OF METADATA>"},
      {sizes, "net.tntp:3: the file ends within its metadata, expected <END OF METADATA>"},
      {"~ nothing\n1 3 9\n", "net.tntp:2: the line begins with '1', expected a tag like"},
      {"<NUMBER OF ZONES 3\n", "net.tntp:1: the line begins with '<NUMBER', expected a tag"},
      {"<END OF METADATA>\n",
       "net.tntp:1: the metadata ends without <NUMBER OF NODES>, expected it before"},
      {"<NUMBER OF NODES> 4\n<END OF METADATA>\n",
       "net.tntp:2: the metadata ends without <NUMBER OF ZONES>"},
      {"\n<NUMBER OF NODES> many\n<END OF METADATA>\n",
       "net.tntp:2: <NUMBER OF NODES> is 'many', expected a whole number from 1 to 50000000"},
      {"<NUMBER OF NODES>\n<END OF METADATA>\n",
       "net.tntp:1: <NUMBER OF NODES> is missing, expected a whole number"},
      {"<NUMBER OF NODES> 0\n<END OF METADATA>\n", "net.tntp:1: <NUMBER OF NODES> is '0'"},
      {"<NUMBER OF NODES> 4000000000\n<END OF METADATA>\n",
       "net.tntp:1: <NUMBER OF NODES> is '4000000000'"},
      {"<NUMBER OF NODES> 4\n<NUMBER OF ZONES> 5\n<END OF METADATA>\n",
       "net.tntp:2: <NUMBER OF ZONES> is '5', expected a whole number from 1 to 4"},
      {sizes + "<FIRST THRU NODE> 6\n<END OF METADATA>\n",
       "net.tntp:4: <FIRST THRU NODE> is '6', expected a whole number from 0 to 5"},
      {metadata("2") + "1 3 9 1 1 0.15 4 0 0 1;\n",
       "net.tntp:6: the file has 1 links, expected 2 as <NUMBER OF LINKS> states"},
      {metadata("0") + "1 3 9 1 1 0.15 4 0 0 1;\n", "net.tntp:6: the file has 1 links, expected 0"},
  };
  for (const auto& [text, reason] : cases)
    EXPECT_EQ(network_error(text).rfind(reason, 0), 0U) << network_error(text);
}

TEST(tntp_network, a_file_that_is_not_there_is_named) {
  EXPECT_EQ(error_of([] { (void)read_network("/no/such/net.tntp"); }),
            "/no/such/net.tntp: No such file or directory");
  EXPECT_EQ(error_of([] { (void)read_network("/tmp"); }), "/tmp: is no regular file");
}

TEST(tntp_network, a_trip_without_a_route_is_named) {
  const auto roads = with_rows("2", "1 3 9 1 1 0 4 0 0 1;\n3 2 9 1 1 0 4 0 0 1;\n");
  EXPECT_EQ(error_of([&] { check_routes(roads, one_trip(2, 1, 2)); }), "accepted");
  EXPECT_EQ(error_of([&] { check_routes(roads, one_trip(2, 2, 1)); }),
            "no route leads from zone 2 to zone 1, which has a demand of 5");
  EXPECT_EQ(error_of([&] { check_routes(roads, one_trip(3, 1, 2)); }),
            "the demand has 3 zones, the network 2");
}

TEST(tntp_network, no_route_passes_through_a_zone_below_the_first_thru_node) {
  const std::string sizes = "<NUMBER OF ZONES> 3\n<NUMBER OF NODES> 3\n<NUMBER OF LINKS> 2\n";
  const std::string rows = "<END OF METADATA>\n1 2 9 1 1 0 4 0 0 1;\n2 3 9 1 1 0 4 0 0 1;\n";
  const auto trip = one_trip(3, 1, 3);
  EXPECT_EQ(error_of([&] { check_routes(network_in(sizes + rows), trip); }), "accepted");
  EXPECT_EQ(
      error_of([&] { check_routes(network_in(sizes + "<FIRST THRU NODE> 4\n" + rows), trip); }),
      "no route leads from zone 1 to zone 3, which has a demand of 5");
}

} // namespace traffic_assignment
