// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/tsplib/instance.hpp"

#include "examples/random_source.hpp"

namespace tsp_islands {

using examples::random_source;

instance random_instance(std::size_t cities, std::uint64_t seed) {
  constexpr std::size_t side = 1'000'000;
  instance made;
  made.name = "random-" + std::to_string(cities) + "-" + std::to_string(seed);
  made.dimension = cities;
  made.points.reserve(cities);
  random_source random{seed};
  for (std::size_t i = 0; i < cities; ++i) {
    const auto x = static_cast<double>(random.below(side));
    const auto y = static_cast<double>(random.below(side));
    made.points.push_back({x, y});
  }
  return made;
}

} // namespace tsp_islands
