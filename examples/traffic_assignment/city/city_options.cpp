// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/city/city_options.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace traffic_assignment {
namespace {

template <class Number>
void check_range(const char* name, Number value, Number least, Number most) {
  // Written so that NaN is refused too.
  if (!(value >= least && value <= most))
    throw std::invalid_argument("city: " + std::string{name} + " is " + std::to_string(value) +
                                ", expected " + std::to_string(least) + " to " +
                                std::to_string(most));
}

} // namespace

city_options small_city() {
  city_options options;
  options.zones = 387;
  options.connectors = 1;
  options.destinations = 240;
  options.columns = 26;
  options.rows = 25;
  options.block_m = 800;
  options.trip_length_m = 8'000;
  options.load = 0.68;
  return options;
}

city_options large_city() {
  city_options options;
  options.zones = 865;
  options.destinations = 58;
  options.columns = 85;
  options.rows = 85;
  options.block_m = 300;
  options.arterial_every = 6;
  options.trip_length_m = 10'000;
  options.load = 0.55;
  return options;
}

std::optional<city_options> city_named(std::string_view name) {
  if (name == "town")
    return city_options{};
  if (name == "small")
    return small_city();
  if (name == "large")
    return large_city();
  return std::nullopt;
}

void check(const city_options& options) {
  constexpr std::size_t side_max = 1000;
  constexpr std::size_t zones_max = 10'000;
  constexpr std::size_t any = 1'000'000;
  constexpr std::int64_t block_m_max = 5'000;
  constexpr std::int64_t trip_length_m_max = 50'000;
  check_range<std::size_t>("columns", options.columns, 4, side_max);
  check_range<std::size_t>("rows", options.rows, 4, side_max);
  check_range<std::size_t>("zones", options.zones, 2,
                           std::min(zones_max, options.columns * options.rows * 3 / 4));
  check_range<std::size_t>("connectors", options.connectors, 1, 2);
  check_range<std::size_t>("destinations", options.destinations, 1, any);
  check_range<std::int64_t>("block_m", options.block_m, 50, block_m_max);
  check_range<std::size_t>("arterial_every", options.arterial_every, 2,
                           std::min(options.columns, options.rows));
  check_range<std::size_t>("one_way_every", options.one_way_every, 0, any);
  check_range<std::size_t>("missing_percent", options.missing_percent, 0, 40);
  check_range<std::int64_t>("trip_length_m", options.trip_length_m, 100, trip_length_m_max);
  check_range("load", options.load, 1e-6, 5.0);
}

} // namespace traffic_assignment
