// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/tntp_trips.hpp"

#include "examples/traffic_assignment/tntp/text_file.hpp"
#include "examples/traffic_assignment/tntp/tntp_metadata.hpp"
#include "examples/traffic_assignment/tntp/tntp_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace traffic_assignment {
namespace {

/// Sorts by destination and adds up entries of the same one, in their order in the file.
void merge_destinations(std::vector<trip>& trips) {
  std::stable_sort(trips.begin(), trips.end(), [](const trip& left, const trip& right) {
    return left.destination < right.destination;
  });
  std::size_t kept = 0;
  for (const auto& entry : trips) {
    if (kept > 0 && trips[kept - 1].destination == entry.destination)
      trips[kept - 1].demand += entry.demand;
    else
      trips[kept++] = entry;
  }
  trips.resize(kept);
}

bool differs_clearly(double stated, double found) {
  constexpr double tolerance = 0.001;
  return std::abs(stated - found) > tolerance * stated;
}

class trips_reader {
public:
  trips_reader(std::string_view text, const std::string& name, std::size_t zones)
      : text_(text, name), zones_(static_cast<std::int64_t>(zones)) {
    demand_.trips.resize(zones);
  }

  demand_table read() {
    const tntp_metadata metadata{text_};
    check_zones(metadata);
    read_blocks();
    for (auto& trips : demand_.trips) {
      merge_destinations(trips);
      for (const auto& entry : trips)
        demand_.total += entry.demand;
    }
    check_total(metadata);
    return std::move(demand_);
  }

private:
  void check_zones(const tntp_metadata& metadata) const {
    const std::string tag = "NUMBER OF ZONES";
    if (!metadata.has(tag))
      return;
    if (const auto stated = metadata.whole(tag, 1, zones_max); stated != zones_)
      metadata.fail_at(tag, "<" + tag + "> is " + std::to_string(stated) + ", expected " +
                                std::to_string(zones_) + " as in the network");
  }

  void read_blocks() {
    std::vector<trip>* block = nullptr;
    for (auto word = text_.next_word_of_file(); !word.empty(); word = text_.next_word_of_file()) {
      if (word == "Origin" || word == "origin" || word == "ORIGIN")
        block = &begin_block();
      else if (block == nullptr)
        text_.fail("a block begins with " + quoted(word) + ", expected Origin and its zone");
      else if (word != ";")
        read_entry(word, *block);
    }
  }

  std::vector<trip>& begin_block() {
    origin_ = zone(text_.next_word(), "the origin");
    return demand_.trips[origin_];
  }

  void read_entry(std::string_view first_word, std::vector<trip>& block) {
    const auto destination = zone(first_word, "the destination");
    if (const auto colon = text_.next_word(); colon != ":")
      text_.fail("the destination is followed by " +
                 (colon.empty() ? std::string{"the end of the line"} : quoted(colon)) +
                 ", expected a colon as in DESTINATION : FLOW;");
    const auto flow = text_.quantity(text_.next_word(), "the flow");
    if (destination == origin_)
      demand_.intrazonal += flow;
    else if (flow > 0)
      block.push_back({destination, flow});
  }

  std::uint32_t zone(std::string_view word, std::string_view what) const {
    return static_cast<std::uint32_t>(text_.whole(word, what, 1, zones_) - 1);
  }

  /// Some files count the trips within zones, some do not.
  void check_total(const tntp_metadata& metadata) {
    const std::string tag = "TOTAL OD FLOW";
    const auto stated = metadata.quantity(tag);
    const auto all = demand_.total + demand_.intrazonal;
    if (!stated || !differs_clearly(*stated, all) || !differs_clearly(*stated, demand_.total))
      return;
    demand_.warnings.push_back(metadata.place_of(tag) + "<" + tag + "> is " + said(*stated) +
                               ", but the trips of the file sum to " + said(all));
  }

  tntp_text text_;
  std::int64_t zones_;
  std::uint32_t origin_ = 0;
  demand_table demand_;
};

} // namespace

demand_table trips_of_text(std::string_view text, const std::string& name, std::size_t zones) {
  return trips_reader{text, name, zones}.read();
}

demand_table read_trips(const std::filesystem::path& file, std::size_t zones) {
  const auto text = read_text_file(file);
  return trips_of_text(text, file.string(), zones);
}

} // namespace traffic_assignment
