// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/dealing.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

namespace traffic_assignment {

namespace {

/// Moves that bring less than this stay away: counted work foretells time to some per cent only.
constexpr double imbalance_worth_moving = 1.02;
constexpr double imbalance_good_enough = 1.005;

std::vector<double> sums_of(std::span<const std::vector<origin_work>> by_solver) {
  std::vector<double> sums;
  for (const auto& origins : by_solver)
    sums.push_back(std::accumulate(origins.begin(), origins.end(), 0.0,
                                   [](double sum, const auto& each) { return sum + each.work; }));
  return sums;
}

double imbalance_of_sums(const std::vector<double>& sums) {
  const auto total = std::accumulate(sums.begin(), sums.end(), 0.0);
  return total > 0 ? *std::ranges::max_element(sums) * static_cast<double>(sums.size()) / total : 1;
}

} // namespace

double imbalance_of(std::span<const std::vector<origin_work>> by_solver) {
  return imbalance_of_sums(sums_of(by_solver));
}

std::vector<origin_move> moves_to_balance(std::span<const std::vector<origin_work>> by_solver) {
  auto sums = sums_of(by_solver);
  std::vector<origin_move> moves;
  if (imbalance_of_sums(sums) < imbalance_worth_moving)
    return moves;
  std::vector<std::vector<origin_work>> left{by_solver.begin(), by_solver.end()};
  while (imbalance_of_sums(sums) > imbalance_good_enough) {
    const auto from = std::ranges::max_element(sums) - sums.begin();
    const auto to = std::ranges::min_element(sums) - sums.begin();
    auto& giver = left[static_cast<std::size_t>(from)];
    auto& most = sums[static_cast<std::size_t>(from)];
    auto& least = sums[static_cast<std::size_t>(to)];
    // Half of what lies between them would make them even. What was moved stays where it is.
    const double wanted = (most - least) / 2;
    const auto best = std::ranges::min_element(
        giver, {}, [&](const auto& each) { return std::abs(each.work - wanted); });
    if (best == giver.end() || best->work >= most - least)
      return moves;
    moves.push_back({best->origin, static_cast<std::size_t>(from), static_cast<std::size_t>(to)});
    most -= best->work;
    least += best->work;
    giver.erase(best);
  }
  return moves;
}

} // namespace traffic_assignment
