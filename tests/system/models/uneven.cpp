// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <chrono>
#include <vector>

// A sum of large vectors, then a step in which the first solver computes and the others wait.

namespace uneven {

class solver {
public:
  explicit solver(const lockstep::seat& seat) : is_first_(seat.index == 0) {}

  std::vector<double> echo(std::vector<double> values) { return values; }

  void compute(double seconds) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (is_first_ && std::chrono::steady_clock::now() < until) {
    }
  }

private:
  bool is_first_;
};

lockstep::json plan(lockstep::team<solver>& team) {
  const auto begun = std::chrono::steady_clock::now();
  const std::vector<double> values(500'000, 1.0);
  team.reduce<&solver::echo>(lockstep::sum, values);
  team.broadcast<&solver::compute>(team.params().at("seconds"));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  return {{"took", took.count()}};
}

} // namespace uneven

LOCKSTEP_MODEL("uneven", uneven::solver, uneven::plan, "One solver computes, the others wait",
               lockstep::number("seconds", 0.5, "that the first solver computes").between(0, 60))
