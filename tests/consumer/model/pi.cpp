// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <cstdint>
#include <random>

struct thrower { // one on every core
  explicit thrower(const lockstep::seat& seat) : random(seat.seed) {}

  std::uint64_t hits(std::uint64_t darts, lockstep::step_context& step) {
    std::uniform_real_distribution<double> side{-1, 1};
    std::uint64_t inside = 0;
    for (std::uint64_t i = 0; i < darts && !step.cancelled(); ++i) {
      const double x = side(random), y = side(random);
      inside += x * x + y * y < 1;
      if (i % 100'000 == 0)
        step.progress(double(i) / double(darts));
    }
    return inside;
  }
  std::mt19937_64 random;
};

lockstep::json plan(lockstep::team<thrower>& team) {
  const std::uint64_t darts = team.params().at("darts");
  const auto hits = team.reduce<&thrower::hits>(lockstep::sum, darts); // returns at the barrier
  return {{"pi", 4.0 * double(hits) / double(darts * team.size())}};
}

LOCKSTEP_MODEL("pi", thrower, plan, "Pi by throwing darts",
               lockstep::integer("darts", 10'000'000, "darts for each solver").between(1, 1e12))
