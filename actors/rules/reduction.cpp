// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/reduction.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace lockstep {

namespace {

/// The left part takes the largest power of two below the number.
std::size_t left_part(std::size_t count) {
  return std::bit_floor(count - 1);
}

void collect(subtree node, subtree group, std::vector<subtree>& found) {
  const auto node_end = node.first + node.count;
  const auto group_end = group.first + group.count;
  if (node_end <= group.first || group_end <= node.first)
    return;
  if (group.first <= node.first && node_end <= group_end) {
    found.push_back(node);
    return;
  }
  const auto left = left_part(node.count);
  collect({node.first, left}, group, found);
  collect({node.first + left, node.count - left}, group, found);
}

struct combination {
  std::span<const subtree> places;
  std::span<const blob> pieces;
  const combine_two& combine;
  std::size_t next = 0;

  outcome of(subtree node) {
    if (next < places.size() && places[next] == node)
      return pieces[next++];
    if (node.count == 1)
      return failure{"wrong_answer", "a piece of the reduction is missing"};
    const auto left_count = left_part(node.count);
    auto left = of({node.first, left_count});
    if (std::holds_alternative<failure>(left))
      return left;
    auto right = of({node.first + left_count, node.count - left_count});
    if (std::holds_alternative<failure>(right))
      return right;
    return combine(std::get<blob>(left), std::get<blob>(right));
  }
};

} // namespace

std::vector<subtree> subtrees_within(subtree group, std::size_t total) {
  std::vector<subtree> found;
  if (group.count != 0)
    collect({0, total}, group, found);
  return found;
}

std::vector<subtree> subtrees_of(std::span<const std::uint64_t> solvers, std::size_t total) {
  std::vector<subtree> found;
  for (std::size_t i = 0; i < solvers.size();) {
    subtree stretch{static_cast<std::size_t>(solvers[i]), 1};
    while (++i < solvers.size() && solvers[i] == stretch.first + stretch.count)
      ++stretch.count;
    collect({0, total}, stretch, found);
  }
  return found;
}

std::uint64_t slices_of(std::span<const blob> answers, std::size_t pieces, std::size_t solvers) {
  // To combine so many bytes takes as long as a message to a worker and back.
  constexpr std::size_t slice_bytes = std::size_t{256} << 10U;
  std::size_t smallest = std::numeric_limits<std::size_t>::max();
  for (const auto& each : answers)
    smallest = std::min(smallest, each.size());
  const auto for_each_solver = std::max<std::size_t>(solvers / std::max<std::size_t>(pieces, 1), 1);
  return std::clamp<std::size_t>(smallest / slice_bytes, 1, for_each_solver);
}

outcome combine_pieces(std::span<const subtree> places, std::span<const blob> pieces,
                       std::size_t total, const combine_two& combine) {
  return combination{places, pieces, combine}.of({0, total});
}

} // namespace lockstep
