// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/city/generated_city.hpp"

#include "examples/random_source.hpp"
#include "examples/traffic_assignment/city/city_demand.hpp"
#include "examples/traffic_assignment/network/link_list.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace traffic_assignment {

namespace {

/// What roads of one kind have in common.
struct road_class {
  double km_per_hour;
  std::int64_t capacity;      ///< vehicles per hour, of the narrowest
  std::size_t capacity_steps; ///< wider ones have up to this many hundreds more
  double b;
  double power;
};

/// Motorways flow freely for longer and then break down faster than the BPR's 0.15 and 4 say.
road_class class_of(road_kind kind) {
  switch (kind) {
  case road_kind::arterial:
    return {50, 1600, 8, 0.15, 4};
  case road_kind::motorway:
    return {100, 5400, 1, 0.83, 5.5};
  case road_kind::ramp:
    return {40, 2000, 1, 0.15, 4};
  case road_kind::street:
    break;
  }
  return {30, 600, 4, 0.15, 4};
}

double kilometres(std::int64_t metres) {
  return static_cast<double>(metres) / 1000;
}

double minutes(std::int64_t metres, double km_per_hour) {
  return kilometres(metres) / km_per_hour * 60;
}

class city_builder {
public:
  city_builder(std::uint64_t seed, const city_options& options)
      : random_(seed), options_(options), plan_(plan_streets(random_, options)) {}

  generated_city build() {
    choose_junctions_of_zones();
    for (std::size_t zone = 0; zone < options_.zones; ++zone)
      add_zone(static_cast<std::uint32_t>(zone));
    city_.places.insert(city_.places.end(), plan_.junctions.begin(), plan_.junctions.end());
    for (const auto& road : plan_.roads)
      add_road(road);
    const std::vector<place> zones{
        city_.places.begin(), city_.places.begin() + static_cast<std::ptrdiff_t>(options_.zones)};
    city_.demand = gravity_demand(random_, options_, zones, capacity_m_);
    city_.roads = network_of(options_.zones, city_.places.size(), options_.zones, links_);
    return std::move(city_);
  }

private:
  /// A whole zone behind one road would wait there, so a zone needs two ways in and two out.
  [[nodiscard]] std::vector<std::uint32_t> junctions_fit_for_zones() const {
    std::vector<std::size_t> in(plan_.junctions.size());
    std::vector<std::size_t> out(plan_.junctions.size());
    for (const auto& [tail, head, kind] : plan_.roads) {
      ++out[tail];
      ++in[head];
    }
    std::vector<std::uint32_t> fit;
    for (std::uint32_t junction = 0; junction < plan_.of_grid; ++junction)
      if (in[junction] >= 2 && out[junction] >= 2)
        fit.push_back(junction);
    return fit;
  }

  /// Different junctions at random, then sorted so that neighbours have numbers close by.
  void choose_junctions_of_zones() {
    auto junctions = junctions_fit_for_zones();
    if (options_.zones > junctions.size())
      throw std::invalid_argument("city: zones is " + std::to_string(options_.zones) +
                                  ", expected at most " + std::to_string(junctions.size()) +
                                  " as there are junctions for them");
    for (std::size_t i = 0; i < options_.zones; ++i)
      std::swap(junctions[i], junctions[i + random_.below(junctions.size() - i)]);
    junctions.resize(options_.zones);
    std::sort(junctions.begin(), junctions.end());
    junction_of_zone_ = std::move(junctions);
  }

  [[nodiscard]] std::uint32_t node(std::uint32_t junction) const {
    return static_cast<std::uint32_t>(options_.zones) + junction;
  }

  /// A zone lies a little beside its junction and may have a second one, the next on a road.
  void add_zone(std::uint32_t zone) {
    const auto junction = junction_of_zone_[zone];
    auto centre = plan_.junctions[junction];
    centre.x_m += 30 + static_cast<std::int64_t>(random_.below(70));
    centre.y_m += 30 + static_cast<std::int64_t>(random_.below(70));
    city_.places.push_back(centre);
    add_connector(zone, junction);
    if (options_.connectors == 2)
      add_connector(zone, next_junction(junction));
  }

  [[nodiscard]] std::uint32_t next_junction(std::uint32_t junction) const {
    const auto leaves = [&](const road& each) { return each.tail == junction; };
    return std::find_if(plan_.roads.begin(), plan_.roads.end(), leaves)->head;
  }

  void add_connector(std::uint32_t zone, std::uint32_t junction) {
    constexpr double unlimited = 99'999;
    constexpr double km_per_hour = 25;
    const auto metres = distance_m(city_.places[zone], plan_.junctions[junction]);
    link_record link;
    link.capacity = unlimited;
    link.length = kilometres(metres);
    link.free_time = minutes(metres, km_per_hour);
    link.tail = zone;
    link.head = node(junction);
    links_.push_back(link);
    std::swap(link.tail, link.head);
    links_.push_back(link);
  }

  void add_road(const road& road) {
    const auto kind = class_of(road.kind);
    const auto metres = std::max<std::int64_t>(
        20, distance_m(plan_.junctions[road.tail], plan_.junctions[road.head]));
    const auto capacity =
        kind.capacity + 100 * static_cast<std::int64_t>(random_.below(kind.capacity_steps));
    capacity_m_ += capacity * metres;
    link_record link;
    link.tail = node(road.tail);
    link.head = node(road.head);
    link.capacity = static_cast<double>(capacity);
    link.length = kilometres(metres);
    link.free_time = minutes(metres, kind.km_per_hour);
    link.b = kind.b;
    link.power = kind.power;
    links_.push_back(link);
  }

  random_source random_;
  const city_options& options_;
  street_plan plan_;
  std::vector<std::uint32_t> junction_of_zone_;
  std::vector<link_record> links_;
  std::int64_t capacity_m_ = 0;
  generated_city city_;
};

} // namespace

generated_city make_city(std::uint64_t seed, const city_options& options) {
  check(options);
  return city_builder{seed, options}.build();
}

} // namespace traffic_assignment
