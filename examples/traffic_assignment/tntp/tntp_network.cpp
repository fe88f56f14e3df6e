// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/tntp_network.hpp"

#include "examples/traffic_assignment/network/link_list.hpp"
#include "examples/traffic_assignment/tntp/text_file.hpp"
#include "examples/traffic_assignment/tntp/tntp_metadata.hpp"
#include "examples/traffic_assignment/tntp/tntp_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace traffic_assignment {
namespace {

constexpr std::int64_t links_max = std::numeric_limits<std::uint32_t>::max() - 1;

class network_reader {
public:
  network_reader(std::string_view text, const std::string& name) : text_(text, name) {}

  network read() {
    const tntp_metadata metadata{text_};
    read_sizes(metadata);
    while (text_.next_line())
      read_rows_of_line();
    const auto found = static_cast<std::int64_t>(links_.size());
    if (const auto stated = metadata.whole("NUMBER OF LINKS", 0, links_max); found != stated)
      text_.fail("the file has " + std::to_string(found) + " links, expected " +
                 std::to_string(stated) + " as <NUMBER OF LINKS> states");
    return network_of(zones_, nodes_, first_through_node_, links_);
  }

private:
  void read_sizes(const tntp_metadata& metadata) {
    const auto nodes = metadata.whole("NUMBER OF NODES", 1, nodes_max);
    nodes_ = static_cast<std::size_t>(nodes);
    zones_ =
        static_cast<std::size_t>(metadata.whole("NUMBER OF ZONES", 1, std::min(nodes, zones_max)));
    (void)metadata.whole("NUMBER OF LINKS", 0, links_max);
    // A file without the tag lets all nodes through, and so does one that says 0.
    const bool stated = metadata.has("FIRST THRU NODE");
    const auto first = stated ? metadata.whole("FIRST THRU NODE", 0, nodes + 1) : 1;
    first_through_node_ = static_cast<std::size_t>(first > 0 ? first - 1 : 0);
  }

  /// Rows end with ';', or with the line where it has been forgotten.
  void read_rows_of_line() {
    for (auto word = text_.next_word(); !word.empty(); word = text_.next_word())
      if (word != ";")
        links_.push_back(read_link(word));
  }

  link_record read_link(std::string_view first_word) {
    link_record link;
    link.tail = node(first_word, "init_node");
    link.head = node(next_column(), "term_node");
    if (link.tail == link.head)
      text_.fail("the link leads from node " + std::to_string(link.tail + 1) +
                 " to itself, expected two different nodes");
    const auto capacity = next_column();
    link.capacity = text_.quantity(capacity, "capacity");
    link.length = text_.quantity(next_column(), "length");
    link.free_time = text_.quantity(next_column(), "free_flow_time");
    link.b = text_.quantity(next_column(), "b");
    link.power = text_.quantity(next_column(), "power", power_max);
    (void)next_column(); // the speed, which no formula uses
    link.toll = text_.quantity(next_column(), "toll");
    finish_row();
    check_capacity(link, capacity);
    return link;
  }

  std::uint32_t node(std::string_view word, std::string_view what) const {
    return static_cast<std::uint32_t>(
        text_.whole(word, what, 1, static_cast<std::int64_t>(nodes_)) - 1);
  }

  std::string_view next_column() {
    const auto word = text_.next_word();
    if (word.empty() || word == ";")
      text_.fail("the row ends too early, expected init_node term_node capacity length "
                 "free_flow_time b power speed toll");
    return word;
  }

  void finish_row() {
    for (auto word = text_.next_word(); !word.empty() && word != ";";)
      word = text_.next_word();
  }

  void check_capacity(link_record& link, std::string_view word) const {
    if (!can_congest(link)) {
      link.capacity = link.capacity > 0 ? link.capacity : 1;
      return;
    }
    // Some denominators are above 0 and yet too small to divide by.
    if (!std::isfinite(link.free_time * link.b / std::pow(link.capacity, link.power)))
      text_.fail("capacity is " + quoted(word) +
                 ", expected more than 0 where b, power and free_flow_time are");
  }

  tntp_text text_;
  std::size_t zones_ = 0;
  std::size_t nodes_ = 0;
  std::size_t first_through_node_ = 0;
  std::vector<link_record> links_;
};

} // namespace

network network_of_text(std::string_view text, const std::string& name) {
  return network_reader{text, name}.read();
}

network read_network(const std::filesystem::path& file) {
  const auto text = read_text_file(file);
  return network_of_text(text, file.string());
}

} // namespace traffic_assignment
