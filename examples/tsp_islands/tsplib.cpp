#include "examples/tsp_islands/tsplib.hpp"

#include "examples/tsp_islands/matrix_format.hpp"

#include <fstream>

namespace tsp_islands {
namespace {

namespace fs = std::filesystem;

/// The header of a file while it is read, section by section.
class instance_reader {
public:
  instance_reader(std::istream& source, const std::string& name) : source_(source, name) {}

  instance read() {
    while (source_.next_line()) {
      const auto keyword = next_keyword();
      if (keyword == "EOF")
        break;
      accept(keyword, first_word(value_));
    }
    if (!weight_)
      source_.fail("the file states no EDGE_WEIGHT_TYPE");
    if (!complete_)
      source_.fail("the file ends without its coordinates or weights");
    return std::move(read_);
  }

private:
  /// Splits "KEYWORD : value"; some files have blanks before the colon, sections have no colon.
  std::string next_keyword() {
    const auto line = source_.rest_of_line();
    const auto keyword = line.substr(0, line.find_first_of(" \t:"));
    const auto colon = line.find(':');
    value_ = colon == std::string_view::npos ? std::string{} : std::string{line.substr(colon + 1)};
    return std::string{keyword};
  }

  static std::string first_word(const std::string& text) {
    const auto first = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(first, text.find_first_of(" \t", first) - first);
  }

  void accept(const std::string& keyword, const std::string& value) {
    if (keyword == "NAME")
      read_.name = value;
    else if (keyword == "TYPE")
      accept_type(value);
    else if (keyword == "DIMENSION")
      accept_dimension(value);
    else if (keyword == "EDGE_WEIGHT_TYPE")
      accept_weight_type(value);
    else if (keyword == "EDGE_WEIGHT_FORMAT")
      accept_format(value);
    else if (keyword == "NODE_COORD_SECTION")
      read_coordinates();
    else if (keyword == "EDGE_WEIGHT_SECTION")
      read_weights();
    else if (keyword == "DISPLAY_DATA_SECTION")
      skip_display();
    else if (keyword != "COMMENT" && keyword != "DISPLAY_DATA_TYPE" && keyword != "NODE_COORD_TYPE")
      source_.fail("unknown or unsupported keyword");
  }

  void accept_type(const std::string& value) {
    if (value != "TSP")
      source_.fail("TYPE must be TSP (a symmetric problem)");
  }

  void accept_dimension(const std::string& value) {
    double cities = 0;
    if (!parse_number(value, cities) || cities < 1 ||
        cities > static_cast<double>(coordinate_cities_max) ||
        cities != static_cast<double>(static_cast<std::int64_t>(cities)))
      source_.fail("DIMENSION must be a whole number from 1 to " +
                   std::to_string(coordinate_cities_max));
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
      source_.fail("EDGE_WEIGHT_TYPE must be EUC_2D, CEIL_2D, GEO, ATT or EXPLICIT");
    read_.weight = *weight_;
  }

  void accept_format(const std::string& value) {
    format_ = matrix_format_named(value);
    if (!format_ && value != "FUNCTION")
      source_.fail("EDGE_WEIGHT_FORMAT is none of TSPLIB's symmetric formats");
  }

  void begin_section() {
    if (read_.dimension == 0)
      source_.fail("a section before DIMENSION");
    source_.skip_line();
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
    constexpr double coordinate_max = 5e8;
    if (weight_ == edge_weight::explicit_matrix)
      return skip_display();
    begin_data_section();
    std::vector<bool> seen(read_.dimension);
    read_.points.resize(read_.dimension);
    for (std::size_t i = 0; i < read_.dimension; ++i) {
      const auto number = static_cast<std::size_t>(
          source_.whole(1, static_cast<std::int64_t>(read_.dimension), "a city number"));
      if (seen[number - 1])
        source_.fail("city " + std::to_string(number) + " is given twice");
      seen[number - 1] = true;
      auto& place = read_.points[number - 1];
      place.x = source_.number(coordinate_max, "a coordinate");
      place.y = source_.number(coordinate_max, "a coordinate");
    }
    complete_ = true;
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
    complete_ = true;
  }

  void skip_display() {
    constexpr double anything = 1e300;
    begin_section();
    for (std::size_t i = 0; i < 3 * read_.dimension; ++i)
      (void)source_.number(anything, "a number of the section");
  }

  token_reader source_;
  instance read_;
  std::string value_;
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
    const auto line = source.rest_of_line();
    if (line.substr(0, line.find_first_of(" \t:")) == "TOUR_SECTION")
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
