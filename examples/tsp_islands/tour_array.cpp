// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/tour_array.hpp"

namespace tsp_islands {

tour_array::tour_array(std::vector<city> order)
    : order_(std::move(order)), position_(order_.size()) {
  for (std::size_t i = 0; i < order_.size(); ++i)
    position_[order_[i]] = static_cast<city>(i);
}

void tour_array::exchange(city a, city b, city c, [[maybe_unused]] city d) {
  // An earlier reversal may have turned the walk round, so that it now is d, c, …, b, a.
  const bool forward = next(a) == b;
  city first = position_[forward ? b : c];
  city last = position_[forward ? c : b];
  const std::size_t inside = (last >= first ? last - first : last + size() - first) + 1;
  if (inside * 2 > size()) {
    if (inside == size())
      return;
    const auto n = static_cast<city>(size());
    const city before = (first == 0 ? n : first) - 1;
    first = last + 1 == n ? 0 : last + 1;
    last = before;
  }
  changes_.emplace_back(first, last);
  reverse(first, last);
}

void tour_array::undo_changes() {
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change)
    reverse(change->first, change->second);
  changes_.clear();
}

void tour_array::reverse(std::size_t first, std::size_t last) {
  const std::size_t count = (last >= first ? last - first : last + size() - first) + 1;
  for (std::size_t swaps = count / 2; swaps > 0; --swaps) {
    const city from_front = order_[first];
    const city from_back = order_[last];
    order_[first] = from_back;
    position_[from_back] = static_cast<city>(first);
    order_[last] = from_front;
    position_[from_front] = static_cast<city>(last);
    first = first + 1 == size() ? 0 : first + 1;
    last = (last == 0 ? size() : last) - 1;
  }
}

} // namespace tsp_islands
