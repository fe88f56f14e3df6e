// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/distance.hpp"
#include "tests/unit/tsp/tsplib_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tsp_islands {

namespace {

std::int64_t length_between(const std::string& weight_type, const std::string& first,
                            const std::string& second) {
  const auto text = with_coordinates(weight_type, "1 " + first + "\n2 " + second + '\n', 2);
  return distance{instance_of(text)}(0, 1);
}

} // namespace

TEST(tsplib, euc_2d_is_rounded_to_the_nearest) {
  EXPECT_EQ(length_between("EUC_2D", "0 0", "3 4"), 5);
  EXPECT_EQ(length_between("EUC_2D", "0 0", "1 1"), 1);   // 1.414
  EXPECT_EQ(length_between("EUC_2D", "0 0", "2 2"), 3);   // 2.828
  EXPECT_EQ(length_between("EUC_2D", "0 0", "0.5 0"), 1); // a half goes up
  EXPECT_EQ(length_between("EUC_2D", "-1e2 0", "1E2 0"), 200);
}

TEST(tsplib, ceil_2d_is_rounded_up) {
  EXPECT_EQ(length_between("CEIL_2D", "0 0", "3 4"), 5);
  EXPECT_EQ(length_between("CEIL_2D", "0 0", "1 1"), 2);
  EXPECT_EQ(length_between("CEIL_2D", "0 0", "0.001 0"), 1);
}

TEST(tsplib, att_divides_by_ten_and_rounds_up_what_fell_short) {
  EXPECT_EQ(length_between("ATT", "0 0", "30 10"), 10); // sqrt(1000 / 10) = 10
  EXPECT_EQ(length_between("ATT", "0 0", "10 0"), 4);   // sqrt(10) = 3.16
  EXPECT_EQ(length_between("ATT", "0 0", "5 0"), 2);    // sqrt(2.5) = 1.58
}

TEST(tsplib, geo_takes_degrees_and_minutes_on_a_sphere) {
  EXPECT_EQ(length_between("GEO", "0.0 0.0", "0.0 90.0"), 10020); // 6378.388 * 1.570796 + 1
  EXPECT_EQ(length_between("GEO", "0.0 0.0", "0.30 0.0"), 56);    // half a degree: 55.66 + 1
  EXPECT_EQ(length_between("GEO", "-0.30 0.0", "0.0 0.0"), 56);
  EXPECT_EQ(length_between("GEO", "7.5 8.25", "7.5 8.25"), 1);
}

TEST(tsplib, a_tour_is_closed) {
  const auto square = with_coordinates("EUC_2D", "1 0 0\n2 10 0\n3 10 20\n4 0 20\n", 4);
  const distance lengths{instance_of(square)};
  EXPECT_EQ(lengths.of_tour({0, 1, 2, 3}), 60);
  EXPECT_EQ(lengths.of_tour({0, 2, 1, 3}), 2 * (20 + 22)); // diagonals of 22.36
}

TEST(tsplib, cities_may_be_listed_in_any_order) {
  const auto made = instance_of(with_coordinates("EUC_2D", "3 30 3\n1 10 1\n2 20 2\n", 3));
  EXPECT_EQ(made.points.at(0).x, 10);
  EXPECT_EQ(made.points.at(2).y, 3);
}

TEST(tsplib, every_symmetric_matrix_format_gives_the_same_lengths) {
  const std::vector<std::pair<std::string, std::string>> listings{
      {"FULL_MATRIX", "0 1 2 3\n1 0 4 5\n2 4 0 6\n3 5 6 0\n"},
      {"UPPER_ROW", "1 2 3\n4 5\n6\n"},
      {"LOWER_ROW", "1\n2 4\n3 5 6\n"},
      {"UPPER_DIAG_ROW", "0 1 2 3\n0 4 5\n0 6\n0\n"},
      {"LOWER_DIAG_ROW", "0\n1 0\n2 4 0\n3 5 6 0\n"},
      {"UPPER_COL", "1\n2 4\n3 5 6\n"},
      {"LOWER_COL", "1 2 3\n4 5\n6\n"},
      {"UPPER_DIAG_COL", "0\n1 0\n2 4 0\n3 5 6 0\n"},
      {"LOWER_DIAG_COL", "0 1 2 3\n0 4 5\n0 6\n0\n"},
  };
  for (const auto& [format, rows] : listings) {
    const distance lengths{instance_of(with_matrix(format, rows, 4))};
    for (const auto& [a, b, expected] : std::vector<std::tuple<city, city, std::int64_t>>{
             {0, 1, 1}, {0, 2, 2}, {0, 3, 3}, {1, 2, 4}, {1, 3, 5}, {2, 3, 6}, {2, 2, 0}}) {
      EXPECT_EQ(lengths(a, b), expected) << format;
      EXPECT_EQ(lengths(b, a), expected) << format;
    }
  }
}

TEST(tsplib, a_matrix_need_not_keep_its_rows_on_lines) {
  const distance lengths{instance_of(with_matrix("UPPER_ROW", "1 2\n3 4 5\n6 ", 4))};
  EXPECT_EQ(lengths(2, 3), 6);
}

TEST(tsplib, keywords_may_have_blanks_before_the_colon_and_lines_may_end_as_on_windows) {
  const auto made =
      instance_of("NAME:odd\r\nCOMMENT : a : b\r\nTYPE :TSP\r\n\r\nDIMENSION   :  2\r\n"
                  "EDGE_WEIGHT_TYPE:EUC_2D\r\nNODE_COORD_SECTION\r\n"
                  " 1\t0 0\r\n2 +3 4\r\n");
  EXPECT_EQ(made.dimension, 2U);
  EXPECT_EQ(distance{made}(0, 1), 5);
}

TEST(tsplib, a_byte_order_mark_and_small_letters_are_read) {
  const auto made =
      instance_of("\xEF\xBB\xBFname: Small\ntype: tsp\ndimension: 2\n"
                  "edge_weight_type: euc_2d\nnode_coord_section:\n1 0 0\n2 3 4\neof\n");
  EXPECT_EQ(made.name, "Small");
  EXPECT_EQ(distance{made}(0, 1), 5);
  EXPECT_EQ(tour_of("\xEF\xBB\xBFtour_section\n2\n1\n-1\n", 2), (std::vector<city>{1, 0}));
}

TEST(tsplib, a_diagonal_may_hold_any_one_number) {
  const distance lengths{instance_of(with_matrix("LOWER_DIAG_ROW", "9999\n1 9999\n2 3 9999\n", 3))};
  EXPECT_EQ(lengths(1, 2), 3);
}

TEST(tsplib, display_data_is_skipped) {
  const auto made =
      instance_of("TYPE: TSP\nDIMENSION: 2\nEDGE_WEIGHT_TYPE: EXPLICIT\n"
                  "EDGE_WEIGHT_FORMAT: UPPER_ROW\nDISPLAY_DATA_TYPE: TWOD_DISPLAY\n"
                  "EDGE_WEIGHT_SECTION\n7\nDISPLAY_DATA_SECTION\n1 0 0\n2 9 9\nEOF\n");
  EXPECT_EQ(distance{made}(0, 1), 7);
}

TEST(tsplib, a_tour_counts_from_zero) {
  EXPECT_EQ(tour_of("TYPE: TOUR\nTOUR_SECTION\n3 1\n2\n-1\nEOF\n", 3),
            (std::vector<city>{2, 0, 1}));
  EXPECT_EQ(tour_of("TOUR_SECTION\n2\n1\n", 2), (std::vector<city>{1, 0}));
}

} // namespace tsp_islands
