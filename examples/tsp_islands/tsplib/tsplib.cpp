// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/tsplib/tsplib.hpp"

#include "examples/tsp_islands/tsplib/matrix_format.hpp"

#include <fstream>

namespace tsp_islands {
namespace {

namespace fs = std::filesystem;

std::string in_capitals(std::string_view word) {
  std::string capitals;
  for (const char c : word)
    capitals += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return capitals;
}

/// A line "KEYWORD : value". Some files have blanks before the colon, sections have no colon;
/// capitals are usual, and not everywhere.
struct keyword_line {
  explicit keyword_line(std::string_view line)
      : written(line.substr(0, line.find_first_of(" \t:"))), keyword(in_capitals(written)) {
    const auto begin = line.find_first_not_of(" \t", written.size());
    const bool has_colon = begin != std::string_view::npos && line[begin] == ':';
    const auto behind = line.find_first_not_of(" \t", has_colon ? begin + 1 : written.size());
    value = line.substr(std::min(behind, line.size()));
  }

  [[nodiscard]] std::string first_word() const {
    return value.substr(0, value.find_first_of(" \t"));
  }

  std::string written; ///< the keyword as it stands in the file
  std::string keyword; ///< in capitals
  std::string value;   ///< what is behind it
};

/// Data behind the name of a section would be lost.
void check_nothing_behind(const token_reader& source, const keyword_line& section) {
  if (!section.value.empty())
    source.fail(in_quotes(section.value) + " stands on the line of " + section.keyword +
                ": begin a line of its own with it");
}

/// The header of a file while it is read, section by section.
class instance_reader {
public:
  instance_reader(std::istream& source, const std::string& name) : source_(source, name) {}

  instance read() {
    while (source_.next_line()) {
      line_ = keyword_line{source_.rest_of_line()};
      if (line_.keyword == "EOF")
        break;
      accept(line_.keyword, line_.first_word());
    }
    if (!weight_)
      source_.fail("the file states no EDGE_WEIGHT_TYPE");
    if (!complete_)
      source_.fail("the file ends without its coordinates or weights");
    return std::move(read_);
  }

private:
  void accept(const std::string& keyword, const std::string& value) {
    if (keyword == "NAME")
      read_.name = value;
    else if (keyword == "TYPE")
      accept_type(in_capitals(value));
    else if (keyword == "DIMENSION")
      accept_dimension(value);
    else if (keyword == "EDGE_WEIGHT_TYPE")
      accept_weight_type(in_capitals(value));
    else if (keyword == "EDGE_WEIGHT_FORMAT")
      accept_format(in_capitals(value));
    else if (keyword == "NODE_COORD_SECTION")
      read_coordinates();
    else if (keyword == "EDGE_WEIGHT_SECTION")
      read_weights();
    else if (keyword == "DISPLAY_DATA_SECTION")
      skip_display();
    else if (keyword != "COMMENT" && keyword != "DISPLAY_DATA_TYPE" && keyword != "NODE_COORD_TYPE")
      refuse_line();
  }

  [[noreturn]] void refuse_line() const {
    if (double number = 0; !section_.empty() && parse_number(line_.written, number))
      refuse_surplus(line_.written);
    source_.fail("unknown or unsupported keyword " + in_quotes(line_.written));
  }

  [[noreturn]] void refuse_surplus(std::string_view first) const {
    source_.fail(in_quotes(first) + ": more numbers than " + section_ + " has for DIMENSION " +
                 std::to_string(read_.dimension) + format_name_ +
                 "; one of them is wrong, or a number is too many");
  }

  void accept_type(const std::string& value) {
    if (value != "TSP")
      source_.fail("TYPE must be TSP (a symmetric problem), not " + in_quotes(value));
  }

  void accept_dimension(const std::string& value) {
    double cities = 0;
    if (!parse_number(value, cities) || cities < 1 ||
        cities > static_cast<double>(coordinate_cities_max) ||
        cities != static_cast<double>(static_cast<std::int64_t>(cities)))
      source_.fail("DIMENSION must be a whole number from 1 to " +
                   std::to_string(coordinate_cities_max) + ", not " + in_quotes(value));
    if (complete_ || read_.dimension != 0)
      source_.fail("DIMENSION is stated twice");
    read_.dimension = static_cast<std::size_t>(cities);
  }

  void accept_weight_type(const std::string& value) {
    if (weight_)
      source_.fail("EDGE_WEIGHT_TYPE is stated twice");
    if (value == "EUC_2D")
      weight_ = edge_weight::euc_2d;
    else if (value == "CEIL_2D")
      weight_ = edge_weight::ceil_2d;
    else if (value == "GEO")
      weight_ = edge_weight::geo;
    else if (value == "ATT")
      weight_ = edge_weight::att;
    else if (value == "EXPLICIT")
      weight_ = edge_weight::explicit_matrix;
    else
      source_.fail("EDGE_WEIGHT_TYPE must be EUC_2D, CEIL_2D, GEO, ATT or EXPLICIT, not " +
                   in_quotes(value));
    read_.weight = *weight_;
  }

  void accept_format(const std::string& value) {
    format_ = matrix_format_named(value);
    if (!format_ && value != "FUNCTION")
      source_.fail("EDGE_WEIGHT_FORMAT is none of TSPLIB's symmetric formats: " + in_quotes(value));
    format_name_ = " and EDGE_WEIGHT_FORMAT " + value;
  }

  void begin_section() {
    if (read_.dimension == 0)
      source_.fail("a section before DIMENSION");
    check_nothing_behind(source_, line_);
    section_ = line_.keyword;
    source_.skip_line();
  }

  void end_section() {
    if (const auto rest = source_.rest_of_line(); !rest.empty() && in_capitals(rest) != "EOF")
      refuse_surplus(rest);
  }

  /// Both kinds of data may be in one file; only what the weight type asks for counts.
  void begin_data_section() {
    if (!weight_)
      source_.fail("a section before EDGE_WEIGHT_TYPE");
    if (complete_)
      source_.fail("a second section of this kind");
    begin_section();
  }

  void read_coordinates() {
    if (weight_ == edge_weight::explicit_matrix)
      return skip_display();
    begin_data_section();
    read_.points = places();
    complete_ = true;
  }

  /// A section of a number and two coordinates for each city.
  std::vector<point> places() {
    constexpr double coordinate_max = 5e8;
    std::vector<bool> seen(read_.dimension);
    std::vector<point> listed(read_.dimension);
    for (std::size_t i = 0; i < read_.dimension; ++i) {
      const auto number = static_cast<std::size_t>(
          source_.whole(1, static_cast<std::int64_t>(read_.dimension), "a city number"));
      if (seen[number - 1])
        source_.fail("city " + std::to_string(number) + " is given twice");
      seen[number - 1] = true;
      auto& place = listed[number - 1];
      place.x = source_.number(coordinate_max, "a coordinate");
      place.y = source_.number(coordinate_max, "a coordinate");
    }
    end_section();
    return listed;
  }

  void read_weights() {
    begin_data_section();
    if (weight_ != edge_weight::explicit_matrix)
      source_.fail("EDGE_WEIGHT_SECTION without EDGE_WEIGHT_TYPE EXPLICIT");
    if (!format_)
      source_.fail("EDGE_WEIGHT_SECTION without a matrix EDGE_WEIGHT_FORMAT");
    if (read_.dimension > static_cast<std::size_t>(matrix_cities_max))
      source_.fail("a matrix may have at most " + std::to_string(matrix_cities_max) + " cities");
    read_.triangle = read_triangle(source_, *format_, read_.dimension);
    end_section();
    complete_ = true;
  }

  /// Where cities are drawn; it must fit all the same.
  void skip_display() {
    begin_section();
    (void)places();
  }

  token_reader source_;
  instance read_;
  keyword_line line_{{}};
  std::string section_;     ///< the last one
  std::string format_name_; ///< for errors
  std::optional<edge_weight> weight_;
  std::optional<matrix_format> format_;
  bool complete_ = false;
};

std::ifstream opened(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored))
    throw file_error(file.string() + ":0: no such file");
  std::ifstream source{file, std::ios::binary};
  if (!source)
    throw file_error(file.string() + ":0: cannot be opened");
  return source;
}

void find_tour_section(token_reader& source) {
  while (source.next_line()) {
    const keyword_line line{source.rest_of_line()};
    if (line.keyword != "TOUR_SECTION")
      continue;
    check_nothing_behind(source, line);
    return source.skip_line();
  }
  source.fail("the file has no TOUR_SECTION");
}

} // namespace

instance read_instance(std::istream& source, const std::string& name) {
  return instance_reader{source, name}.read();
}

instance read_instance(const fs::path& file) {
  auto source = opened(file);
  auto result = read_instance(source, file.string());
  if (result.name.empty())
    result.name = file.stem().string();
  return result;
}

std::vector<city> read_tour(std::istream& source, const std::string& name, std::size_t dimension) {
  token_reader reader{source, name};
  find_tour_section(reader);
  std::vector<city> order;
  std::vector<bool> seen(dimension);
  while (order.size() < dimension) {
    const auto number =
        reader.whole(-1, static_cast<std::int64_t>(dimension), "a city number of the tour");
    if (number <= 0)
      reader.fail("the tour ends after " + std::to_string(order.size()) + " of " +
                  std::to_string(dimension) + " cities");
    const auto index = static_cast<std::size_t>(number - 1);
    if (seen[index])
      reader.fail("city " + std::to_string(number) + " is visited twice");
    seen[index] = true;
    order.push_back(static_cast<city>(index));
  }
  const auto end = reader.next_word();
  if (!end.empty() && end != "-1" && end != "EOF")
    reader.fail("the tour visits more than " + std::to_string(dimension) + " cities");
  return order;
}

std::vector<city> read_tour(const fs::path& file, std::size_t dimension) {
  auto source = opened(file);
  return read_tour(source, file.string(), dimension);
}

std::optional<std::vector<city>> read_optimal_tour_beside(const fs::path& instance_file,
                                                          std::size_t dimension) {
  auto beside = instance_file;
  beside.replace_extension(".opt.tour");
  std::error_code ignored;
  if (!fs::exists(beside, ignored))
    return std::nullopt;
  return read_tour(beside, dimension);
}

} // namespace tsp_islands
