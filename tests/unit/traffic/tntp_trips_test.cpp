// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/tntp_trips.hpp"
#include "tests/unit/traffic/error_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace traffic_assignment {

namespace {

/// Two lines, so that what follows begins at line 3.
const std::string trips_metadata = "<NUMBER OF ZONES> 3\n<END OF METADATA>\n";

demand_table demand_in(const std::string& text) {
  return trips_of_text(text, "trips.tntp", 3);
}

/// The trips as "origin>destination=demand " with numbers from 1.
std::string trips_in(const std::string& blocks) {
  const auto demand = demand_in(trips_metadata + blocks);
  std::string text;
  for (std::size_t origin = 0; origin < demand.trips.size(); ++origin)
    for (const auto& [destination, flow] : demand.trips[origin])
      text += std::to_string(origin + 1) + '>' + std::to_string(destination + 1) + '=' +
              std::to_string(static_cast<int>(flow)) + ' ';
  return text;
}

std::string trips_error(const std::string& text) {
  return error_of([&] { (void)demand_in(text); });
}

std::vector<std::string> warnings_for(const std::string& total) {
  return demand_in("<TOTAL OD FLOW> " + total +
                   "\n<END OF METADATA>\nOrigin 1\n2:900; 3:90; 1:10;\n")
      .warnings;
}

} // namespace

TEST(tntp_trips, the_looks_of_a_file_do_not_matter) {
  const std::string expected = "1>2=4 1>3=5 3>1=6 ";
  EXPECT_EQ(trips_in("Origin 1\n2 : 4; 3 : 5;\nOrigin 3\n1 : 6;\n"), expected);
  EXPECT_EQ(trips_in("Origin\t1 \r\n2\t:\t4.0;3:5;\r\n\r\nOrigin 3\r\n1:6;\r\n"), expected);
  EXPECT_EQ(trips_in("Origin 1 2 : 4; 3 : 5; Origin 3 1 : 6;"), expected);
  EXPECT_EQ(trips_in("~ made\nOrigin 1 ~ here\n2 : 4;\n~\n3 : 5\nOrigin 2\nOrigin 3\n1:6"),
            expected);
  EXPECT_EQ(trips_in("Origin 3\n1 : 6;\nOrigin 1\n3 : 5; 2 : 4;\n"), expected);
}

TEST(tntp_trips, zones_without_trips_have_none) {
  const auto demand = demand_in(trips_metadata + "Origin 2\nOrigin 3\n1 : 0.0; 2 : 7;\n");
  ASSERT_EQ(demand.trips.size(), 3U);
  EXPECT_TRUE(demand.trips[0].empty());
  EXPECT_TRUE(demand.trips[1].empty());
  EXPECT_EQ(demand.trips[2].size(), 1U);
}

TEST(tntp_trips, trips_within_a_zone_are_left_out_and_summed) {
  const auto demand =
      demand_in(trips_metadata + "Origin 1\n1 : 3; 2 : 4;\nOrigin 3\n3 : 2.5; 1 : 1;\n");
  EXPECT_EQ(demand.intrazonal, 5.5);
  EXPECT_EQ(demand.total, 5);
  EXPECT_EQ(demand.trips[0].size(), 1U);
}

TEST(tntp_trips, entries_of_one_pair_add_up) {
  EXPECT_EQ(trips_in("Origin 1\n3 : 1; 2 : 4; 3 : 2;\nOrigin 1\n3 : 5;\n"), "1>2=4 1>3=8 ");
}

TEST(tntp_trips, a_total_that_is_off_is_a_warning) {
  const std::vector<std::string> none;
  EXPECT_EQ(warnings_for("1000"), none);
  EXPECT_EQ(warnings_for("1000.9"), none);
  EXPECT_EQ(warnings_for("990"), none) << "the total without trips within zones";
  EXPECT_EQ(warnings_for(""), none);
  EXPECT_EQ(warnings_for("1002"),
            std::vector<std::string>{"trips.tntp:1: <TOTAL OD FLOW> is 1002, but the trips of the "
                                     "file sum to 1000"});
  EXPECT_EQ(warnings_for("0").size(), 1U);
}

TEST(tntp_trips, malformed_files_are_refused_with_line_and_reason) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "trips.tntp:0: the file ends within its metadata, expected <END OF METADATA>"},
      {"<NUMBER OF ZONES> 4\n<END OF METADATA>\n",
       "trips.tntp:1: <NUMBER OF ZONES> is 4, expected 3 as in the network"},
      {"<NUMBER OF ZONES> x\n<END OF METADATA>\n", "trips.tntp:1: <NUMBER OF ZONES> is 'x'"},
      {"<TOTAL OD FLOW> -1\n<END OF METADATA>\n", "trips.tntp:1: <TOTAL OD FLOW> is '-1'"},
      {trips_metadata + "2 : 4;\n", "trips.tntp:3: a block begins with '2', expected Origin"},
      {trips_metadata + "Origin\n1\n",
       "trips.tntp:3: the origin is missing, expected a whole number"},
      {trips_metadata + "Origin 4\n",
       "trips.tntp:3: the origin is '4', expected a whole number from 1"},
      {trips_metadata + "Origin 0\n",
       "trips.tntp:3: the origin is '0', expected a whole number from 1"},
      {trips_metadata + "Origin 1\n4 : 1;\n",
       "trips.tntp:4: the destination is '4', expected a whole"},
      {trips_metadata + "Origin 1\nto : 1;\n",
       "trips.tntp:4: the destination is 'to', expected a whole"},
      {trips_metadata + "Origin 1\n2 3;\n",
       "trips.tntp:4: the destination is followed by '3', expected"},
      {trips_metadata + "Origin 1\n2\n",
       "trips.tntp:4: the destination is followed by the end of the"},
      {trips_metadata + "Origin 1\n\n2 : -1;\n",
       "trips.tntp:5: the flow is '-1', expected a number"},
      {trips_metadata + "Origin 1\n2 : nan;\n",
       "trips.tntp:4: the flow is 'nan', expected a number"},
      {trips_metadata + "Origin 1\n2 : inf;\n",
       "trips.tntp:4: the flow is 'inf', expected a number"},
      {trips_metadata + "Origin 1\n2 : ;\n", "trips.tntp:4: the flow is ';', expected a number"},
      {trips_metadata + "Origin 1\n2 :\n", "trips.tntp:4: the flow is missing, expected a number"},
      {trips_metadata + "Origin 1\n2 : 1.2.3;\n", "trips.tntp:4: the flow is '1.2.3', expected"},
      {trips_metadata + "Origin 1\n1 : -1;\n", "trips.tntp:4: the flow is '-1', expected a number"},
  };
  for (const auto& [text, reason] : cases)
    EXPECT_EQ(trips_error(text).rfind(reason, 0), 0U) << trips_error(text);
}

TEST(tntp_trips, a_file_that_is_not_there_is_named) {
  EXPECT_EQ(error_of([] { (void)read_trips("/no/such/trips.tntp", 3); }),
            "/no/such/trips.tntp: No such file or directory");
}

} // namespace traffic_assignment
