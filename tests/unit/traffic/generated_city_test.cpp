// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/city/generated_city.hpp"
#include "examples/traffic_assignment/problem/reachability.hpp"
#include "tests/unit/traffic/error_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace traffic_assignment {

namespace {

std::size_t pairs(const demand_table& demand) {
  std::size_t count = 0;
  for (const auto& trips : demand.trips)
    count += trips.size();
  return count;
}

/// FNV-1a over all that a solver sees of a city.
class fingerprint {
public:
  explicit fingerprint(const generated_city& city) {
    for (std::size_t link = 0; link < city.roads.links(); ++link) {
      add(city.roads.tail[link]);
      add(city.roads.head[link]);
      for (const auto* column : {&city.roads.capacity, &city.roads.length, &city.roads.free_time,
                                 &city.roads.b, &city.roads.power, &city.roads.toll})
        add((*column)[link]);
    }
    for (const auto& trips : city.demand.trips)
      for (const auto& [destination, demand] : trips) {
        add(destination);
        add(demand);
      }
  }

  [[nodiscard]] std::uint64_t value() const { return value_; }

private:
  template <class Number>
  void add(Number number) {
    unsigned char bytes[sizeof(Number)];
    std::memcpy(bytes, &number, sizeof number);
    for (const auto byte : bytes)
      value_ = (value_ ^ byte) * 0x100000001b3U;
  }

  std::uint64_t value_ = 0xcbf29ce484222325U;
};

/// Every column and every range of what the solvers rely on.
void expect_sound(const generated_city& city, const city_options& options) {
  const auto& roads = city.roads;
  ASSERT_EQ(roads.zones, options.zones);
  ASSERT_EQ(roads.first_through_node, options.zones);
  ASSERT_EQ(roads.first_link.size(), roads.nodes + 1);
  ASSERT_EQ(city.places.size(), roads.nodes);
  for (std::size_t link = 0; link < roads.links(); ++link) {
    ASSERT_NE(roads.tail[link], roads.head[link]);
    ASSERT_LT(std::max(roads.tail[link], roads.head[link]), roads.nodes);
    ASSERT_GT(roads.capacity[link], 0);
    ASSERT_GT(roads.free_time[link], 0);
    ASSERT_GT(roads.length[link], 0);
  }
  ASSERT_EQ(pairs(city.demand), options.zones * std::min(options.destinations, options.zones - 1));
  double total = 0;
  for (const auto& trips : city.demand.trips)
    for (const auto& [destination, demand] : trips) {
      ASSERT_LT(destination, options.zones);
      ASSERT_GT(demand, 0);
      total += demand;
    }
  EXPECT_NEAR(city.demand.total, total, 1e-6 * total);
  EXPECT_EQ(city.demand.intrazonal, 0);
  check_routes(roads, city.demand);
}

void expect_about(std::size_t found, std::size_t expected) {
  EXPECT_NEAR(static_cast<double>(found), static_cast<double>(expected),
              0.03 * static_cast<double>(expected));
}

} // namespace

TEST(generated_city, every_trip_of_every_seed_has_a_route) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    expect_sound(make_city(seed), city_options{});
  }
}

TEST(generated_city, thin_and_crooked_cities_are_sound_too) {
  std::vector<city_options> cities(4);
  cities[0].columns = cities[0].rows = 4;
  cities[0].zones = 2;
  cities[1].missing_percent = 40;
  cities[1].one_way_every = 1;
  cities[2].columns = 60;
  cities[2].rows = 4;
  cities[2].one_way_every = 0;
  cities[3].arterial_every = 18;
  cities[3].connectors = 1;
  cities[3].destinations = 1'000;
  for (std::size_t i = 0; i < cities.size(); ++i)
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      SCOPED_TRACE(testing::Message() << "city " << i << ", seed " << seed);
      expect_sound(make_city(seed, cities[i]), cities[i]);
    }
}

TEST(generated_city, a_seed_makes_the_same_city_on_every_machine) {
  EXPECT_EQ(fingerprint{make_city(1)}.value(), 7690572899478471751U);
  EXPECT_EQ(fingerprint{make_city(2026, small_city())}.value(), 14862731351587773207U);
}

TEST(generated_city, seeds_make_different_cities) {
  EXPECT_NE(fingerprint{make_city(1)}.value(), fingerprint{make_city(2)}.value());
}

TEST(generated_city, the_small_one_is_as_large_as_chicago_sketch) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto city = make_city(seed, small_city());
    expect_sound(city, small_city());
    expect_about(city.roads.links(), 2950);
    expect_about(pairs(city.demand), 93'000);
    EXPECT_EQ(city.roads.zones, 387U);
  }
}

TEST(generated_city, the_large_one_is_as_large_as_the_centre_of_berlin) {
  const auto city = make_city(1, large_city());
  expect_sound(city, large_city());
  expect_about(city.roads.links(), 28'000);
  expect_about(pairs(city.demand), 50'000);
  EXPECT_EQ(city.roads.zones, 865U);
}

TEST(generated_city, roads_have_a_hierarchy) {
  const auto city = make_city(1);
  const auto roads_with = [&](double power, double capacity_min) {
    std::size_t count = 0;
    for (std::size_t link = 0; link < city.roads.links(); ++link)
      count += city.roads.b[link] > 0 && city.roads.power[link] == power &&
                       city.roads.capacity[link] >= capacity_min
                   ? 1U
                   : 0U;
    return count;
  };
  const auto motorway = roads_with(5.5, 5000);
  const auto arterial = roads_with(4, 1600);
  EXPECT_GT(motorway, 0U);
  EXPECT_GT(arterial, motorway);
  EXPECT_GT(roads_with(4, 0), 2 * arterial);
}

TEST(generated_city, more_load_is_more_demand_on_the_same_roads) {
  city_options options;
  const auto city = make_city(1, options);
  options.load *= 2;
  const auto busy = make_city(1, options);
  EXPECT_EQ(busy.roads.capacity, city.roads.capacity);
  EXPECT_NEAR(busy.demand.total, 2 * city.demand.total, 1e-3 * city.demand.total);
}

TEST(generated_city, options_out_of_range_are_named) {
  const auto error = [](auto change) {
    city_options options;
    change(options);
    return error_of([&] { (void)make_city(1, options); });
  };
  EXPECT_EQ(error([](auto& o) { o.zones = 1; }), "city: zones is 1, expected 2 to 243");
  EXPECT_EQ(error([](auto& o) { o.zones = 244; }), "city: zones is 244, expected 2 to 243");
  EXPECT_EQ(error([](auto& o) { o.columns = 3; }), "city: columns is 3, expected 4 to 1000");
  EXPECT_EQ(error([](auto& o) { o.connectors = 3; }), "city: connectors is 3, expected 1 to 2");
  EXPECT_EQ(error([](auto& o) { o.block_m = -1; }), "city: block_m is -1, expected 50 to 5000");
  EXPECT_EQ(error([](auto& o) { o.load = 0; }).rfind("city: load is 0.0", 0), 0U);
  EXPECT_EQ(error([](auto& o) {
              o.zones = 240;
              o.missing_percent = 40;
              o.one_way_every = 1;
            }).rfind("city: zones is 240, expected at most ", 0),
            0U);
}

TEST(generated_city, named_ones_are_known_by_name) {
  EXPECT_EQ(city_named("town")->zones, city_options{}.zones);
  EXPECT_EQ(city_named("small")->zones, 387U);
  EXPECT_EQ(city_named("large")->zones, 865U);
  EXPECT_FALSE(city_named("huge"));
}

} // namespace traffic_assignment
