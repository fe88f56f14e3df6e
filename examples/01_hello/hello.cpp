// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <string>
#include <vector>

// Every solver runs three steps of simulated work: the hyperbolic tangent and cosine of random
// angles, a random number of rounds of it, so that some are ready long before others. A round takes
// a hundred angles, so that a step lasts some seconds. Ask `control status` while it runs: each
// solver answers at once, however hard it works.

namespace hello {

struct worker {
  explicit worker(const lockstep::seat& seat) : random(seat.seed) {}

  /// The sum over a random number of rounds (in thousands, from least to most).
  double work(std::uint64_t least, std::uint64_t most, lockstep::step_context& step) {
    const auto thousands = std::uniform_int_distribution<std::uint64_t>{least, most}(random);
    std::uniform_real_distribution<double> angles{-std::numbers::pi, std::numbers::pi};
    double sum = 0;
    for (std::uint64_t done = 0; done < thousands && !step.cancelled(); ++done) {
      for (int i = 0; i < 100'000; ++i) {
        const double angle = angles(random);
        sum += std::tanh(angle) * std::cosh(angle);
      }
      step.progress(static_cast<double>(done + 1) / static_cast<double>(thousands));
    }
    step.log("worked " + std::to_string(thousands) + " thousand rounds");
    return sum;
  }

  std::mt19937_64 random;
};

lockstep::json plan(lockstep::team<worker>& team) {
  const std::uint64_t least = team.params().at("least");
  const std::uint64_t most = team.params().at("most");
  std::vector<double> sums;
  for (int number = 1; number <= 3; ++number) {
    sums = team.broadcast<&worker::work>(least, most); // returns at the barrier
    team.report({{"step", number}, {"sums", sums}});
  }
  return {{"sums", sums}};
}

// What the types of single parameters cannot say: asked before anything runs.
std::string why_not_together(const lockstep::json& params) {
  if (params.at("least") <= params.at("most"))
    return {};
  return "least, " + params.at("least").dump() + ", is above most, " + params.at("most").dump();
}

} // namespace hello

LOCKSTEP_MODEL(
    "01_hello", hello::worker, hello::plan, "Three steps of random simulated work on every core",
    lockstep::integer("least", 1'000, "least work in a step, in thousands of rounds")
        .between(1, 1e9),
    lockstep::integer("most", 3'000, "most work in a step, in thousands of rounds").between(1, 1e9),
    lockstep::check(hello::why_not_together))
