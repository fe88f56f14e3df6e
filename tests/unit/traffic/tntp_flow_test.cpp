// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/text_file.hpp"
#include "examples/traffic_assignment/tntp/tntp_flow.hpp"
#include "examples/traffic_assignment/tntp/tntp_network.hpp"
#include "tests/unit/traffic/error_text.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace traffic_assignment {

namespace {

namespace fs = std::filesystem;

std::vector<link_flow> flows_in(const std::string& text) {
  return flows_of_text(text, "flow.tntp");
}

std::string flow_error(const std::string& text) {
  return error_of([&] { (void)flows_in(text); });
}

/// Links 3-1, 1-2, 1-2 and 1-3 in the order of the file.
network four_links() {
  return network_of_text("<NUMBER OF ZONES> 3\n<NUMBER OF NODES> 3\n<NUMBER OF LINKS> 4\n"
                         "<END OF METADATA>\n3 1 30 1 1 0.15 4 0 0 1;\n1 2 10 1 1 0.15 4 0 0 1;\n"
                         "1 2 20 1 1 0.15 4 0 0 1;\n1 3 40 1 1 0.15 4 0 0 1;\n",
                         "net.tntp");
}

/// A folder that is gone after the test.
class tntp_flow_files : public testing::Test {
protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] fs::path file(const std::string& name) const { return folder_ / name; }

  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{folder_}, fs::directory_iterator{}));
  }

private:
  fs::path folder_ =
      fs::temp_directory_path() / ("tntp_flow_files_" + std::to_string(::getpid()) + "_" +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
};

// By link of the network: 1-2, 1-2, 1-3, 3-1.
const std::vector<double> some_flow{1.0 / 3, 2, 0, 1e-17};
const std::vector<double> some_cost{0.1, 2.5, 3, 4};
const std::vector<double> time_alone{0.1, 2, 3, 3.5};

void write(const fs::path& file) {
  write_flows(file, four_links(), {.flow = some_flow, .cost = some_cost, .time = time_alone});
}

} // namespace

TEST(tntp_flow, rows_are_read_whatever_the_header) {
  const std::vector<std::pair<std::string, std::string>> files{
      {"as published", "From \tTo \tVolume \tCost \n1 \t2 \t3.5 \t0.25 \n"},
      {"no header", "1 2 3.5 0.25\n"},
      {"carriage returns", "From\tTo\tVolume\tCost\r\n1\t2\t3.5\t0.25\r\n\r\n"},
      {"metadata and marks",
       "<NUMBER OF LINKS>\t1\n<END OF METADATA>\n\n~ \tTail\tHead\t:\tVolume\tCost\t;\n"
       "\t1\t2\t:\t3.5\t0.25\t;\n"},
      {"another order", "tail head capacity cost flow\n1 2 900 0.25 3.5\n"},
  };
  for (const auto& [look, text] : files) {
    SCOPED_TRACE(look);
    const auto rows = flows_in(text);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].from, 0U);
    EXPECT_EQ(rows[0].to, 1U);
    EXPECT_EQ(rows[0].volume, 3.5);
    EXPECT_EQ(rows[0].cost, 0.25);
  }
}

TEST(tntp_flow, malformed_files_are_refused_with_line_and_reason) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"From To Cost\n", "flow.tntp:1: the header has no column volume, expected From To Volume"},
      {"1 2 3 4\nFrom To Volume Cost\n", "flow.tntp:2: the tail node is 'From', expected a whole"},
      {"1 2 3\n", "flow.tntp:1: the cost is missing, expected a number"},
      {"1\n", "flow.tntp:1: the head node is missing, expected a whole number"},
      {"0 2 3 4\n", "flow.tntp:1: the tail node is '0', expected a whole number from 1"},
      {"1 2 -3 4\n", "flow.tntp:1: the volume is '-3', expected a number from 0"},
      {"1 2 nan 4\n", "flow.tntp:1: the volume is 'nan', expected a number from 0"},
      {"1 2 3 four\n", "flow.tntp:1: the cost is 'four', expected a number from 0"},
  };
  for (const auto& [text, reason] : cases)
    EXPECT_EQ(flow_error(text).rfind(reason, 0), 0U) << flow_error(text);
}

TEST(tntp_flow, volumes_find_their_links_and_parallel_ones_in_order) {
  const auto rows = flows_in("1 2 5 1\n1 3 7 1\n3 1 8 1\n1 2 6 1\n");
  EXPECT_EQ(volumes_of(four_links(), rows), (std::vector<double>{5, 6, 7, 8}));
}

TEST(tntp_flow, rows_and_links_that_do_not_match_are_refused) {
  const auto error = [](const std::string& text) {
    return error_of([&] { (void)volumes_of(four_links(), flows_in(text)); });
  };
  EXPECT_EQ(error("1 2 5 1\n1 3 7 1\n3 1 8 1\n"),
            "the flows have no row for the link from 1 to 2, expected one for each link");
  EXPECT_EQ(error("1 3 5 1\n1 3 7 1\n"),
            "the flows have a row too many for the link from 1 to 3, expected one for each link");
  EXPECT_EQ(error("9 3 5 1\n"),
            "the flows have a row too many for the link from 9 to 3, expected one for each link");
}

TEST_F(tntp_flow_files, are_written_in_the_order_of_the_network_file) {
  write(file("a_flow.tntp"));
  EXPECT_EQ(read_text_file(file("a_flow.tntp")),
            "From\tTo\tVolume\tCost\n3\t1\t1e-17\t4\n"
            "1\t2\t0.3333333333333333\t0.1\n1\t2\t2\t2.5\n1\t3\t0\t3\n");
  EXPECT_EQ(files(), 1U);
}

TEST_F(tntp_flow_files, are_written_as_a_table_where_the_name_says_csv) {
  write(file("flows.csv"));
  EXPECT_EQ(read_text_file(file("flows.csv")),
            "from,to,capacity,flow,cost,time\n3,1,30,1e-17,4,3.5\n"
            "1,2,10,0.3333333333333333,0.1,0.1\n"
            "1,2,20,2,2.5,2\n1,3,40,0,3,3\n");
}

TEST_F(tntp_flow_files, tables_show_published_flows_and_places_beside_them) {
  const std::vector<point> nodes{{0.5, -1}, {2, 3}, {4, 5}};
  const std::vector<double> published{1, 2, 3, 4};
  write_flows(file("flows.csv"), four_links(),
              {.flow = some_flow,
               .cost = some_cost,
               .time = some_cost,
               .published = published,
               .nodes = nodes});
  const auto text = read_text_file(file("flows.csv"));
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "from,to,capacity,flow,cost,time,published,difference,from_x,from_y,to_x,to_y");
  EXPECT_NE(text.find("1,3,40,0,3,3,3,-3,0.5,-1,4,5\n"), std::string::npos) << text;
}

TEST_F(tntp_flow_files, read_back_to_the_last_digit) {
  write(file("a_flow.tntp"));
  EXPECT_EQ(volumes_of(four_links(), read_flows(file("a_flow.tntp"))), some_flow);
}

TEST_F(tntp_flow_files, that_could_be_written_are_let_be) {
  EXPECT_EQ(error_of([&] { check_flow_file(file("a.tntp")); }), "accepted");
  EXPECT_EQ(files(), 0U);
  write(file("a.tntp"));
  EXPECT_EQ(error_of([&] { check_flow_file(file("a.tntp")); }), "accepted");
  EXPECT_EQ(read_flows(file("a.tntp")).size(), 4U);
}

TEST_F(tntp_flow_files, replace_an_older_one) {
  write_text_file(file("a.tntp"), std::string(10'000, 'x'));
  write(file("a.tntp"));
  EXPECT_EQ(read_flows(file("a.tntp")).size(), 4U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(tntp_flow_files, say_why_they_cannot_be_written_also_beforehand) {
  const auto missing = file("no/such.tntp");
  for (const auto& attempt : std::vector<void (*)(const fs::path&)>{write, check_flow_file}) {
    EXPECT_EQ(error_of([&] { attempt(missing); }),
              missing.string() + ": cannot be written: No such file or directory");
    EXPECT_EQ(error_of([&] { attempt("/dev/null"); }), "/dev/null: is no regular file");
    EXPECT_EQ(error_of([&] { attempt(file("a.tntp.gz")); }),
              file("a.tntp.gz").string() +
                  ": flows are not written packed, expected a name that ends in .tntp or .csv");
  }
  EXPECT_EQ(error_of([&] {
              write_flows(file("a.tntp"), four_links(),
                          {.flow = some_flow, .cost = some_cost, .time = {}});
            }),
            "results must have one entry for each link");
  EXPECT_EQ(files(), 0U);
}

} // namespace traffic_assignment
