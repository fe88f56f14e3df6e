// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/tsp/tsplib_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tsp_islands {

namespace {

template <class Read>
std::string error_of(Read read) {
  try {
    read();
  } catch (const file_error& thrown) {
    return thrown.what();
  }
  return "accepted";
}

std::string error_in(const std::string& text) {
  return error_of([&] { (void)instance_of(text); });
}

std::string error_in_tour(const std::string& text, std::size_t dimension) {
  return error_of([&] { (void)tour_of(text, dimension); });
}

const std::string head = "TYPE: TSP\nDIMENSION: 2\nEDGE_WEIGHT_TYPE: EUC_2D\n"; // 3 lines
const std::string matrix_head =
    "DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: FULL_MATRIX\n"; // 3 lines

/// "FILE:LINE: " with a line number.
bool names_a_line(const std::string& error, const std::string& file) {
  if (error.rfind(file + ':', 0) != 0)
    return false;
  const auto digits_end = error.find_first_not_of("0123456789", file.size() + 1);
  return digits_end != std::string::npos && digits_end > file.size() + 1 &&
         error.compare(digits_end, 2, ": ") == 0;
}

} // namespace

TEST(malformed, an_instance_is_refused_with_file_line_and_reason) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "file.tsp:0: the file states no EDGE_WEIGHT_TYPE"},
      {"GARBAGE\n", "file.tsp:1: unknown or unsupported keyword 'GARBAGE'"},
      {"COMMENT: one\nand a second line\n", "file.tsp:2: unknown or unsupported keyword 'and'"},
      {"CAPACITY: 9\n", "file.tsp:1: unknown or unsupported keyword 'CAPACITY'"},
      {head + "FIXED_EDGES_SECTION\n1 2\n-1\n",
       "file.tsp:4: unknown or unsupported keyword 'FIXED_EDGES_SECTION'"},
      {"\x1f\x8b\x08 packed", "file.tsp:1: the file is packed with gzip: unpack it first"},
      {"\xff\xfeN", "file.tsp:1: the file is text in UTF-16: save it as UTF-8"},
      {"\n\nTYPE: ATSP\n", "file.tsp:3: TYPE must be TSP"},
      {"TYPE: CVRP\n", "file.tsp:1: TYPE must be TSP (a symmetric problem), not 'CVRP'"},
      {"DIMENSION: -3\n", "file.tsp:1: DIMENSION must be a whole number from 1 to 1000000"},
      {"DIMENSION: 0\n", "file.tsp:1: DIMENSION must be"},
      {"DIMENSION: 2.5\n", "file.tsp:1: DIMENSION must be"},
      {"DIMENSION: many\n", "file.tsp:1: DIMENSION must be"},
      {"DIMENSION:\n", "file.tsp:1: DIMENSION must be"},
      {"DIMENSION: 1000001\n", "file.tsp:1: DIMENSION must be"},
      {"DIMENSION: 1e300\n", "file.tsp:1: DIMENSION must be"},
      {"DIMENSION: nan\n", "file.tsp:1: DIMENSION must be"},
      {"DIMENSION: 2\nDIMENSION: 2\n", "file.tsp:2: DIMENSION is stated twice"},
      {"EDGE_WEIGHT_TYPE: EUC_3D\n", "file.tsp:1: EDGE_WEIGHT_TYPE must be EUC_2D, CEIL_2D"},
      {"EDGE_WEIGHT_TYPE: GEO\nEDGE_WEIGHT_TYPE: GEO\n",
       "file.tsp:2: EDGE_WEIGHT_TYPE is stated twice"},
      {"EDGE_WEIGHT_FORMAT: DIAGONAL\n", "file.tsp:1: EDGE_WEIGHT_FORMAT is none of"},
      {"EDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n", "file.tsp:2: a section before DIMENSION"},
      {"DIMENSION: 2\nNODE_COORD_SECTION\n", "file.tsp:2: a section before EDGE_WEIGHT_TYPE"},
      {head, "file.tsp:3: the file ends without its coordinates or weights"},
      {head + "EOF\n", "file.tsp:4: the file ends without its coordinates or weights"},
      {head + "NODE_COORD_SECTION\n1 0 0\n",
       "file.tsp:5: the file ends where a city number was expected"},
      {head + "NODE_COORD_SECTION\n1 0 0\nEOF\n", "file.tsp:6: 'EOF' is no number"},
      {head + "NODE_COORD_SECTION\n1 0 0\n1 1 1\n", "file.tsp:6: city 1 is given twice"},
      {head + "NODE_COORD_SECTION\n1 0 0\n3 1 1\n",
       "file.tsp:6: a city number 3 is not from 1 to 2"},
      {head + "NODE_COORD_SECTION\n0 0 0\n", "file.tsp:5: a city number 0 is not from 1 to 2"},
      {head + "NODE_COORD_SECTION\n1.5 0 0\n", "file.tsp:5: a city number must be a whole number"},
      {head + "NODE_COORD_SECTION\n1 zero 0\n",
       "file.tsp:5: 'zero' is no number; expected a coord"},
      {head + "NODE_COORD_SECTION\n1 nan 0\n", "file.tsp:5: 'nan' is no number"},
      {head + "NODE_COORD_SECTION\n1 1e9 0\n", "file.tsp:5: a coordinate '1e9' is out of range"},
      {head + "NODE_COORD_SECTION\n1 1e999 0\n", "file.tsp:5: '1e999' is no number"},
      {head + "NODE_COORD_SECTION\n1 \x01\x02\xff 0\n", "file.tsp:5: '\?\?\?' is no number"},
      {head + "NODE_COORD_SECTION\n1 " + std::string(500, 'x') + " 0\n",
       "file.tsp:5: '" + std::string(40, 'x') + "...' is no number"},
      {head + "NODE_COORD_SECTION\n1 0 0\n2 1 1\n3 2 2\nEOF\n",
       "file.tsp:7: '3': more numbers than NODE_COORD_SECTION has for DIMENSION 2"},
      {head + "NODE_COORD_SECTION\n1 0 0 2 1 1 3 2 2\nEOF\n",
       "file.tsp:5: '3 2 2': more numbers than NODE_COORD_SECTION"},
      {head + "NODE_COORD_SECTION 1 0 0\n2 1 1\nEOF\n",
       "file.tsp:4: '1 0 0' stands on the line of NODE_COORD_SECTION"},
      {head + "NODE_COORD_SECTION\n1 0 0\n2 1 1\nNODE_COORD_SECTION\n",
       "file.tsp:7: a second sect"},
      {head + "NODE_COORD_SECTION\n1 0 0\n2 1 1\nDIMENSION: 3\n",
       "file.tsp:7: DIMENSION is stated"},
      {head + "EDGE_WEIGHT_SECTION\n0 1 1 0\n",
       "EDGE_WEIGHT_SECTION without EDGE_WEIGHT_TYPE EXPL"},
      {"DIMENSION: 2\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_SECTION\n1\n",
       "file.tsp:3: EDGE_WEIGHT_SECTION without a matrix EDGE_WEIGHT_FORMAT"},
      {"DIMENSION: 20001\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\n"
       "EDGE_WEIGHT_SECTION\n1\n",
       "file.tsp:4: a matrix may have at most 20000 cities"},
      {matrix_head + "EDGE_WEIGHT_SECTION\n0 1 2\n1 0 3\n2 4 0\n",
       "file.tsp:7: the matrix is not symmetric at row 3, column 2"},
      {matrix_head + "EDGE_WEIGHT_SECTION\n0 1 2\n1 0\n",
       "file.tsp:6: the file ends where an edge weight was expected"},
      // A list in another format than the one that is stated, and too small a DIMENSION.
      {"DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\n"
       "EDGE_WEIGHT_SECTION\n0 1 2 1 0 3 2 3 0\nEOF\n",
       "file.tsp:5: '1 0 3 2 3 0': more numbers than EDGE_WEIGHT_SECTION has for DIMENSION 3 and "
       "EDGE_WEIGHT_FORMAT UPPER_ROW"},
      {"DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\n"
       "EDGE_WEIGHT_SECTION\n0 1 2\n1 0 3\n2 3 0\nEOF\n",
       "file.tsp:6: '1': more numbers than EDGE_WEIGHT_SECTION"},
      {"DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: LOWER_DIAG_ROW\n"
       "EDGE_WEIGHT_SECTION\n0 1 2 0 3 0\nEOF\n",
       "file.tsp:5: the diagonal holds 2 for city 2 and 0 before"},
      {"DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_DIAG_ROW\n"
       "EDGE_WEIGHT_SECTION\n0 1 0 2 3 0\nEOF\n",
       "file.tsp:5: the diagonal holds 2 for city 2 and 0 before"},
      {"DIMENSION: 2\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\n"
       "EDGE_WEIGHT_SECTION\n7\nDISPLAY_DATA_SECTION\n1 0 0 2 9 9 3 5 5\nEOF\n",
       "file.tsp:7: '3 5 5': more numbers than DISPLAY_DATA_SECTION"},
      {"DIMENSION: 2\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\n"
       "EDGE_WEIGHT_SECTION\n7\nDISPLAY_DATA_SECTION\n1 0 0\n3 9 9\nEOF\n",
       "file.tsp:8: a city number 3 is not from 1 to 2"},
      {matrix_head + "EDGE_WEIGHT_SECTION\n0 -1 2\n",
       "file.tsp:5: an edge weight -1 is not from 0"},
      {matrix_head + "EDGE_WEIGHT_SECTION\n0 1.5 2\n",
       "file.tsp:5: an edge weight must be a whole"},
      {matrix_head + "EDGE_WEIGHT_SECTION\n0 2e9 2\n",
       "file.tsp:5: an edge weight 2000000000 is not from 0 to 1000000000"},
  };
  for (const auto& [text, reason] : cases) {
    const auto error = error_in(text);
    EXPECT_NE(error.find(reason), std::string::npos) << text << "\ngave: " << error;
    EXPECT_TRUE(names_a_line(error, "file.tsp")) << error;
  }
}

TEST(malformed, a_tour_is_refused_with_file_line_and_reason) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "file.tour:0: the file has no TOUR_SECTION"},
      {"TYPE: TOUR\nEOF\n", "file.tour:2: the file has no TOUR_SECTION"},
      {"TOUR_SECTION\n1\n2\n-1\n", "file.tour:4: the tour ends after 2 of 3 cities"},
      {"TOUR_SECTION\n1\n2\n", "file.tour:3: the file ends where a city number of the tour was"},
      {"TOUR_SECTION\n1\n2\n2\n", "file.tour:4: city 2 is visited twice"},
      {"TOUR_SECTION\n1\n4\n", "file.tour:3: a city number of the tour 4 is not from -1 to 3"},
      {"TOUR_SECTION\n1\nx\n", "file.tour:3: 'x' is no number"},
      {"TOUR_SECTION\n1 2 3\n4\n", "file.tour:3: the tour visits more than 3 cities"},
      {"TOUR_SECTION 1 2\n3\n-1\n", "file.tour:1: '1 2' stands on the line of TOUR_SECTION"},
  };
  for (const auto& [text, reason] : cases)
    EXPECT_EQ(error_in_tour(text, 3).rfind(reason, 0), 0U)
        << text << "\ngave: " << error_in_tour(text, 3);
}

TEST(malformed, a_file_that_is_not_there_is_named) {
  EXPECT_EQ(error_of([] { (void)read_instance(std::filesystem::path{"/no/such.tsp"}); }),
            "/no/such.tsp:0: no such file");
  EXPECT_EQ(error_of([] { (void)read_tour(std::filesystem::path{"/no/such.tour"}, 3); }),
            "/no/such.tour:0: no such file");
  EXPECT_FALSE(read_optimal_tour_beside("/no/such.tsp", 3).has_value());
}

namespace {

/// Changes a text as a careless hand or a broken disk would.
class mutator {
public:
  explicit mutator(std::uint64_t seed) : random_(seed) {}

  std::string changed(std::string text) {
    for (auto changes = 1 + below(4); changes > 0 && !text.empty(); --changes)
      change(text);
    return text;
  }

private:
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

  void change(std::string& text) {
    static const std::vector<std::string> words{"-1",
                                                "0",
                                                "1e308",
                                                "nan",
                                                "999999",
                                                "4294967296",
                                                "-0.0",
                                                "EOF",
                                                "\n",
                                                ":",
                                                "DIMENSION:",
                                                "\r\n",
                                                "1e-400",
                                                "2147483648",
                                                "+",
                                                "TOUR_SECTION\n",
                                                "0x10",
                                                "20001",
                                                "EDGE_WEIGHT_SECTION\n",
                                                "NODE_COORD_SECTION\n",
                                                "EDGE_WEIGHT_TYPE: GEO\n",
                                                "EDGE_WEIGHT_FORMAT: UPPER_COL\n"};
    const auto at = below(text.size());
    switch (below(6)) {
    case 0:
      text[at] = static_cast<char>(random_());
      break;
    case 1:
      text.erase(at, 1 + below(12));
      break;
    case 2:
      text.resize(at);
      break;
    case 3:
      text.insert(at, text.substr(below(text.size()), 1 + below(40)));
      break;
    case 4:
      text.insert(at, words[below(words.size())]);
      break;
    default:
      text.replace(at, std::min<std::size_t>(3, text.size() - at), words[below(words.size())]);
    }
  }

  std::mt19937_64 random_;
};

const std::vector<std::string>& good_texts() {
  static const std::vector<std::string> texts{
      with_coordinates("EUC_2D", "1 0 0\n2 10 0\n3 10 20\n4 0 20\n", 4),
      with_coordinates("GEO", "1 0.30 1.5\n2 10.59 -20.1\n3 -33.2 77\n", 3),
      with_coordinates("ATT", "1 0 0\n2 30 10\n", 2),
      with_matrix("FULL_MATRIX", "0 1 2\n1 0 4\n2 4 0\n", 3),
      with_matrix("LOWER_DIAG_ROW", "0\n1 0\n2 4 0\n3 5 6 0\n", 4),
      "TYPE: TOUR\nDIMENSION: 4\nTOUR_SECTION\n3\n1\n4\n2\n-1\nEOF\n",
  };
  return texts;
}

} // namespace

TEST(malformed, a_changed_file_is_read_or_refused_with_its_line) {
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    const auto text = mutator{seed}.changed(good_texts()[seed % good_texts().size()]);
    const auto error = error_in(text);
    ASSERT_TRUE(error == "accepted" || names_a_line(error, "file.tsp")) << "seed " << seed << error;
    const auto tour_error = error_in_tour(text, 4);
    ASSERT_TRUE(tour_error == "accepted" || names_a_line(tour_error, "file.tour"))
        << "seed " << seed << tour_error;
  }
}

TEST(malformed, what_is_accepted_after_a_change_is_consistent) {
  std::size_t accepted = 0;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    const auto text = mutator{seed}.changed(good_texts()[seed % good_texts().size()]);
    if (error_in(text) != "accepted")
      continue;
    ++accepted;
    const auto made = instance_of(text);
    ASSERT_GT(made.dimension, 0U) << "seed " << seed;
    if (made.weight == edge_weight::explicit_matrix)
      ASSERT_EQ(made.triangle.size(), made.dimension * (made.dimension - 1) / 2) << "seed " << seed;
    else
      ASSERT_EQ(made.points.size(), made.dimension) << "seed " << seed;
  }
  EXPECT_GT(accepted, 100U);
}

} // namespace tsp_islands
