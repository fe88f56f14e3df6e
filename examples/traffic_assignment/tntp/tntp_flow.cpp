// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/tntp_flow.hpp"

#include "examples/traffic_assignment/tntp/text_file.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>

namespace traffic_assignment {
namespace {

std::string link_name(std::uint32_t from, std::uint32_t to) {
  return "from " + std::to_string(from + 1) + " to " + std::to_string(to + 1);
}

std::vector<std::uint32_t> in_file_order(const network& roads) {
  std::vector<std::uint32_t> order(roads.links());
  for (std::uint32_t link = 0; link < roads.links(); ++link)
    order[roads.file_order[link]] = link;
  return order;
}

/// The first link from `from` to `to` that has no row yet. Links of one tail stand in the order of
/// the file, so parallel ones do too.
std::size_t free_link(const network& roads, const std::vector<bool>& taken, const link_flow& row) {
  if (row.from < roads.nodes)
    for (auto link = roads.first_link[row.from]; link < roads.first_link[row.from + 1]; ++link)
      if (roads.head[link] == row.to && !taken[link])
        return link;
  throw std::runtime_error("the flows have a row too many for the link " +
                           link_name(row.from, row.to) + ", expected one for each link");
}

/// As short as it can be said and still be read back to the last bit.
void append_number(std::string& text, double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

void append_nodes(std::string& text, const network& roads, std::uint32_t link, char separator) {
  text += std::to_string(roads.tail[link] + 1) + separator;
  text += std::to_string(roads.head[link] + 1);
}

void append_numbers(std::string& text, char separator, std::initializer_list<double> numbers) {
  for (const double number : numbers) {
    text += separator;
    append_number(text, number);
  }
}

std::string as_csv(const network& roads, const link_results& results) {
  std::string text = "from,to,capacity,flow,cost,time";
  text += results.published.empty() ? "" : ",published,difference";
  text += results.nodes.empty() ? "\n" : ",from_x,from_y,to_x,to_y\n";
  for (const auto link : in_file_order(roads)) {
    const double flow = results.flow[link];
    append_nodes(text, roads, link, ',');
    append_numbers(text, ',', {roads.capacity[link], flow, results.cost[link], results.time[link]});
    if (!results.published.empty())
      append_numbers(text, ',', {results.published[link], flow - results.published[link]});
    if (!results.nodes.empty()) {
      const auto& from = results.nodes[roads.tail[link]];
      const auto& to = results.nodes[roads.head[link]];
      append_numbers(text, ',', {from.x, from.y, to.x, to.y});
    }
    text += '\n';
  }
  return text;
}

std::string as_tntp(const network& roads, const link_results& results) {
  std::string text = "From\tTo\tVolume\tCost\n";
  for (const auto link : in_file_order(roads)) {
    append_nodes(text, roads, link, '\t');
    append_numbers(text, '\t', {results.flow[link], results.cost[link]});
    text += '\n';
  }
  return text;
}

void check_name(const std::filesystem::path& file) {
  if (file.extension() == ".gz")
    throw std::runtime_error(file.string() + ": flows are not written packed, expected a name "
                                             "that ends in .tntp or .csv");
}

void check_sizes(const network& roads, const link_results& results) {
  for (const auto& column : {results.flow, results.cost, results.time})
    if (column.size() != roads.links())
      throw std::invalid_argument("results must have one entry for each link");
  if (!results.published.empty() && results.published.size() != roads.links())
    throw std::invalid_argument("published flows must have one entry for each link");
  if (!results.nodes.empty() && results.nodes.size() != roads.nodes)
    throw std::invalid_argument("places must have one entry for each node");
}

} // namespace

std::vector<double> volumes_of(const network& roads, const std::vector<link_flow>& rows) {
  std::vector<double> volumes(roads.links());
  std::vector<bool> taken(roads.links());
  for (const auto& row : rows) {
    const auto link = free_link(roads, taken, row);
    taken[link] = true;
    volumes[link] = row.volume;
  }
  for (std::size_t link = 0; link < roads.links(); ++link)
    if (!taken[link])
      throw std::runtime_error("the flows have no row for the link " +
                               link_name(roads.tail[link], roads.head[link]) +
                               ", expected one for each link");
  return volumes;
}

void write_flows(const std::filesystem::path& file, const network& roads,
                 const link_results& results) {
  check_sizes(roads, results);
  check_name(file);
  const bool is_csv = file.extension() == ".csv" || file.extension() == ".CSV";
  write_text_file(file, is_csv ? as_csv(roads, results) : as_tntp(roads, results));
}

void check_flow_file(const std::filesystem::path& file) {
  check_name(file);
  check_can_write(file);
}

} // namespace traffic_assignment
