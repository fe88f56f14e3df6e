// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/kd_tree.hpp"

#include <algorithm>

namespace tsp_islands {

kd_tree::kd_tree(const std::vector<place>& places, std::vector<city> members)
    : places_(&places), members_(std::move(members)) {
  if (!members_.empty())
    build(0, members_.size());
}

/// Halves the members at the median of the widest side; depth is logarithmic for any input.
std::size_t kd_tree::build(std::size_t first, std::size_t last) {
  constexpr std::size_t leaf_members_max = 6;
  const std::size_t number = nodes_.size();
  node made;
  made.first = first;
  made.last = last;
  surround(made);
  nodes_.push_back(made);
  if (last - first <= leaf_members_max)
    return number;
  std::size_t axis = 0;
  for (std::size_t i = 1; i < made.low.size(); ++i)
    if (made.high[i] - made.low[i] > made.high[axis] - made.low[axis])
      axis = i;
  const std::size_t middle = first + (last - first) / 2;
  const auto at = [&](std::size_t i) { return members_.begin() + static_cast<std::ptrdiff_t>(i); };
  std::nth_element(at(first), at(middle), at(last), [&](city a, city b) {
    return std::pair{(*places_)[a][axis], a} < std::pair{(*places_)[b][axis], b};
  });
  const std::size_t left = build(first, middle);
  const std::size_t right = build(middle, last);
  nodes_[number].left = left;
  nodes_[number].right = right;
  return number;
}

void kd_tree::surround(node& box) const {
  box.low = box.high = (*places_)[members_[box.first]];
  for (std::size_t i = box.first; i < box.last; ++i)
    for (std::size_t axis = 0; axis < box.low.size(); ++axis) {
      const double value = (*places_)[members_[i]][axis];
      box.low[axis] = std::min(box.low[axis], value);
      box.high[axis] = std::max(box.high[axis], value);
    }
}

double kd_tree::squared_to_box(const place& from, const node& box) {
  double sum = 0;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    const double outside = std::max({box.low[axis] - from[axis], from[axis] - box.high[axis], 0.0});
    sum += outside * outside;
  }
  return sum;
}

double kd_tree::squared(const place& from, city to) const {
  double sum = 0;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    const double along = (*places_)[to][axis] - from[axis];
    sum += along * along;
  }
  return sum;
}

} // namespace tsp_islands
