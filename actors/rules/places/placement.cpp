// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/places/placement.hpp"

#include <algorithm>
#include <numeric>

namespace lockstep {

tl::expected<std::vector<share>, std::string> place_solvers(std::span<const node_places> nodes,
                                                            const placement_wish& wish) {
  std::vector<std::size_t> slots;
  for (const auto& node : nodes) {
    if (wish.solvers == 0 && node.slots < wish.per_node)
      return tl::unexpected("the run asks for " + std::to_string(wish.per_node) +
                            " solvers on each node, node " + node.node + " has places for " +
                            std::to_string(node.slots));
    slots.push_back(wish.per_node == 0 ? node.slots : std::min(node.slots, wish.per_node));
  }
  const auto all = std::accumulate(slots.begin(), slots.end(), std::size_t{0});
  const auto solvers = wish.solvers == 0 ? all : wish.solvers;
  auto shares = allot_solvers(slots, solvers);
  if (shares.empty() || solvers == 0)
    return tl::unexpected(
        "the run asks for " + std::to_string(solvers) + " solvers, there are " +
        std::to_string(all) +
        (wish.per_node == 0 ? ""
                            : " with at most " + std::to_string(wish.per_node) + " on each node"));
  return shares;
}

std::optional<std::vector<share>> place_now(std::span<const node_places> nodes,
                                            const placement_wish& wish) {
  std::vector<std::size_t> free;
  std::size_t all = 0;
  for (const auto& node : nodes) {
    const auto most = wish.per_node == 0 ? node.slots : std::min(node.slots, wish.per_node);
    if (wish.solvers == 0 && node.slots - node.taken < std::max(most, wish.per_node))
      return std::nullopt;
    free.push_back(std::min(most, node.slots - node.taken));
    all += free.back();
  }
  const auto solvers = wish.solvers == 0 ? all : wish.solvers;
  auto shares = allot_solvers(free, solvers);
  if (shares.empty() || solvers == 0)
    return std::nullopt;
  return shares;
}

std::string name_of(const share& solvers, std::size_t total) {
  const auto first = std::to_string(solvers.first);
  const auto of_all = " of " + std::to_string(total);
  if (solvers.count == 1)
    return "solver " + first + of_all;
  return "solvers " + first + " to " + std::to_string(solvers.first + solvers.count - 1) + of_all;
}

} // namespace lockstep
