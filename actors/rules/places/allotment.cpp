// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/places/allotment.hpp"

#include <algorithm>
#include <numeric>

namespace lockstep {

std::vector<share> allot_solvers(std::span<const std::size_t> slots, std::size_t solvers) {
  std::vector<share> shares;
  std::size_t given = 0;
  for (const auto free : slots) {
    const auto count = std::min(free, solvers - given);
    shares.push_back({given, count});
    given += count;
  }
  if (given < solvers)
    shares.clear();
  return shares;
}

std::vector<share> allot_items(std::span<const std::size_t> solvers, std::size_t items) {
  const auto all = std::accumulate(solvers.begin(), solvers.end(), std::size_t{0});
  std::vector<share> shares;
  std::size_t before = 0;
  std::size_t given = 0;
  for (const auto count : solvers) {
    before += count;
    // Rounded at the running sum, so that nothing is lost and no share is off by more than one.
    const auto end =
        all == 0 ? 0
                 : static_cast<std::size_t>(static_cast<double>(items) *
                                            static_cast<double>(before) / static_cast<double>(all));
    const auto last = before == all ? items : std::clamp(end, given, items);
    shares.push_back({given, last - given});
    given = last;
  }
  return shares;
}

} // namespace lockstep
