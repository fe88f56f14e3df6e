// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/distance.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsp_islands {

struct neighbour {
  city to = 0;
  std::int32_t length = 0;
};

/// The nearest others of each city, nearest first: the edges that are worth a try. All cities have
/// equally many. Immutable; any thread may read it.
class neighbour_lists {
public:
  /// Of all cities; `each` is reduced where there are fewer others.
  neighbour_lists(const distance& lengths, std::size_t each);

  /// Among `members` only, with list number i for members[i].
  neighbour_lists(const distance& lengths, const std::vector<city>& members, std::size_t each);

  [[nodiscard]] std::size_t each() const { return each_; }

  [[nodiscard]] std::span<const neighbour> of(std::size_t number) const {
    return {flat_.data() + number * each_, each_};
  }

private:
  void find_by_place(const distance& lengths, const std::vector<city>& members);
  void find_by_looking_at_all(const distance& lengths, const std::vector<city>& members);

  std::size_t each_;
  std::vector<neighbour> flat_;
};

} // namespace tsp_islands
