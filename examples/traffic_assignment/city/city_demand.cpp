// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/city/city_demand.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace traffic_assignment {
namespace {

/// `value` times scale^2 / (scale^2 + distance^2): a fall with distance that needs no exponential,
/// which rounds differently from library to library.
std::int64_t faded(std::int64_t value, std::int64_t scale_m, std::int64_t squared_m) {
  const auto squared_scale = scale_m * scale_m;
  return value * squared_scale / (squared_scale + squared_m);
}

struct candidate {
  std::uint32_t zone = 0;
  std::int64_t pull = 0;
  std::int64_t drawn = 0;
};

class gravity {
public:
  gravity(random_source& random, const city_options& options, const std::vector<place>& zones)
      : random_(random), options_(options), zones_(zones) {
    weigh_zones();
  }

  /// Trips in thousandths of a vehicle, before they are scaled.
  std::vector<trip> trips_of(std::uint32_t origin) {
    const auto chosen = destinations_of(origin);
    std::int64_t pull = 0;
    for (const auto& each : chosen)
      pull += each.pull;
    std::vector<trip> trips;
    for (const auto& each : chosen) {
      const auto share = weight_[origin] * 1000 * each.pull / pull + 1;
      trips.push_back({each.zone, static_cast<double>(share)});
    }
    std::sort(trips.begin(), trips.end(), [](const trip& left, const trip& right) {
      return left.destination < right.destination;
    });
    return trips;
  }

private:
  void weigh_zones() {
    const auto across_m =
        static_cast<std::int64_t>(std::min(options_.columns, options_.rows)) * options_.block_m;
    const place centre{static_cast<std::int64_t>(options_.columns - 1) * options_.block_m / 2,
                       static_cast<std::int64_t>(options_.rows - 1) * options_.block_m / 2};
    for (const auto& zone : zones_) {
      const auto size = static_cast<std::int64_t>(50 + random_.below(100)) * 100;
      weight_.push_back(faded(size, across_m / 2, squared_distance(centre, zone)) + 1);
    }
  }

  /// Draws without replacement: those with the largest product of pull and luck.
  std::vector<candidate> destinations_of(std::uint32_t origin) {
    constexpr std::int64_t resolution = 1000;
    std::vector<candidate> all;
    for (std::uint32_t zone = 0; zone < zones_.size(); ++zone) {
      if (zone == origin)
        continue;
      const auto squared = squared_distance(zones_[origin], zones_[zone]);
      const auto near = faded(weight_[zone] * resolution, options_.trip_length_m, squared);
      const auto pull = faded(near, options_.trip_length_m, squared) + 1;
      const auto luck = static_cast<std::int64_t>(1 + random_.below(1000));
      all.push_back({zone, pull, pull * luck});
    }
    std::sort(all.begin(), all.end(), [](const candidate& left, const candidate& right) {
      return left.drawn != right.drawn ? left.drawn > right.drawn : left.zone < right.zone;
    });
    all.resize(std::min(all.size(), options_.destinations));
    return all;
  }

  random_source& random_;
  const city_options& options_;
  const std::vector<place>& zones_;
  std::vector<std::int64_t> weight_;
};

/// Thousandths of a vehicle times metres that the trips need, on roads that are longer than the
/// straight line.
double distance_travelled(const demand_table& demand, const std::vector<place>& zones) {
  constexpr double detour = 1.3;
  double travelled = 0;
  for (std::size_t origin = 0; origin < zones.size(); ++origin)
    for (const auto& [destination, thousandths] : demand.trips[origin])
      // Whole numbers, and below 2^53 unless the city is vast: no rounding can differ.
      travelled += thousandths * static_cast<double>(distance_m(zones[origin], zones[destination]));
  return travelled * detour;
}

} // namespace

demand_table gravity_demand(random_source& random, const city_options& options,
                            const std::vector<place>& zones, std::int64_t capacity_m) {
  gravity model{random, options, zones};
  demand_table demand;
  for (std::uint32_t origin = 0; origin < zones.size(); ++origin)
    demand.trips.push_back(model.trips_of(origin));
  const auto scale =
      options.load * static_cast<double>(capacity_m) / distance_travelled(demand, zones);
  std::int64_t total_hundredths = 0;
  for (auto& trips : demand.trips)
    for (auto& entry : trips) {
      const auto hundredths = std::max<std::int64_t>(1, std::llround(entry.demand * scale * 100));
      entry.demand = static_cast<double>(hundredths) / 100;
      total_hundredths += hundredths;
    }
  demand.total = static_cast<double>(total_hundredths) / 100;
  return demand;
}

} // namespace traffic_assignment
