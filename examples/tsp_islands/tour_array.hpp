// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/tsplib/instance.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace tsp_islands {

/// A closed tour as an array. Changing it reverses a part or, what is the same tour walked the
/// other way round, the rest of it, whichever is shorter. Every change can be taken back.
class tour_array {
public:
  /// `order` is a permutation of 0 … size-1.
  explicit tour_array(std::vector<city> order = {});

  [[nodiscard]] std::size_t size() const { return order_.size(); }
  [[nodiscard]] const std::vector<city>& order() const { return order_; }
  [[nodiscard]] city at(std::size_t position) const { return order_[position]; }

  [[nodiscard]] city next(city of) const {
    const std::size_t after = position_[of] + std::size_t{1};
    return order_[after == order_.size() ? 0 : after];
  }

  [[nodiscard]] city previous(city of) const {
    const std::size_t here = position_[of];
    return order_[(here == 0 ? order_.size() : here) - 1];
  }

  /// Whether the walk from `first` meets `middle` no later than `last`.
  [[nodiscard]] bool between(city first, city middle, city last) const {
    const auto a = position_[first];
    const auto b = position_[middle];
    const auto c = position_[last];
    return a <= c ? a <= b && b <= c : b >= a || b <= c;
  }

  /// How many cities the walk from `first` to `last` visits.
  [[nodiscard]] std::size_t cities_between(city first, city last) const {
    const std::size_t a = position_[first];
    const std::size_t c = position_[last];
    return (c >= a ? c - a : c + size() - a) + 1;
  }

  /// Replaces the edges a-b and c-d by a-c and b-d, where one way round the walk is a, b, …, c, d.
  void exchange(city a, city b, city c, city d);

  /// Forgets the changes so far: they stay.
  void keep_changes() { changes_.clear(); }

  /// Takes back what was changed since keep_changes.
  void undo_changes();

private:
  void reverse(std::size_t first, std::size_t last);

  std::vector<city> order_;
  std::vector<city> position_;
  std::vector<std::pair<city, city>> changes_; ///< the first and last positions reversed
};

} // namespace tsp_islands
