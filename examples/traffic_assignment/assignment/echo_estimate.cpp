// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/echo_estimate.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace traffic_assignment {

namespace {

// Measured on cities of 3 000 and 28 000 links with 2 to 8 solvers; nothing depends much on them.
constexpr double guess_of_each_other = 0.4;
constexpr double fading = 0.7;
/// What the guess weighs, as a part of the mean weight of links.
constexpr double weight_of_guess = 0.1;
constexpr double least_weight = 1e-30; ///< against 0 / 0, where nothing has changed yet

/// Of what the others add, the part that is taken into account. Few solvers that overshoot a little
/// find other paths sooner, so that they need fewer rounds; many would overshoot by much.
double believed(double solvers) {
  return std::min(1.0, solvers / 4);
}

} // namespace

echo_estimate::echo_estimate(std::size_t links, std::size_t solvers)
    : solvers_(static_cast<double>(solvers)), records_(solvers > 1 ? links : 0) {}

void echo_estimate::expect_half(priced_links& links) const {
  for (std::uint32_t link = 0; link < records_.size(); ++link)
    links.set_echo(link, 1 + 0.5 * (solvers_ - 1));
}

void echo_estimate::learn(std::span<const double> totals, priced_links& links) {
  const double taken = std::exchange(taken_, 0);
  const double guess = 1 + guess_of_each_other * (solvers_ - 1);
  const double weight = weight_of_guess * mean_own_ + least_weight;
  const double part = believed(solvers_);
  double sum_own = 0;
  for (std::uint32_t link = 0; link < records_.size(); ++link) {
    auto& it = records_[link];
    if (taken > 0) {
      const double own = taken * it.proposed;
      it.both = fading * it.both + own * (totals[link] - it.total);
      it.own = fading * it.own + own * own;
    }
    // Sums that fade for thousands of steps would become denormal, which is slow.
    if (it.own < 1e-100)
      it.own = it.both = 0;
    sum_own += it.own;
    const double all = (it.both + weight * guess) / (it.own + weight);
    links.set_echo(link, 1 + part * (std::clamp(all, 1.0, solvers_) - 1));
  }
  if (!records_.empty())
    mean_own_ = sum_own / static_cast<double>(records_.size());
}

void echo_estimate::propose(std::span<const double> totals, std::span<const double> change) {
  for (std::uint32_t link = 0; link < records_.size(); ++link) {
    records_[link].total = totals[link];
    records_[link].proposed = change[link];
  }
  taken_ = 1;
}

} // namespace traffic_assignment
