// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/distance.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace tsp_islands {

/// A tree of boxes over places: finds what is near without looking at everything. A grid would do
/// for cities spread evenly; real instances are clustered. Immutable; any thread may search it.
class kd_tree {
public:
  struct node {
    std::size_t first = 0; ///< the node's members are members()[first … last)
    std::size_t last = 0;
    std::size_t left = 0; ///< the children's numbers; 0 for a leaf, as the root is no child
    std::size_t right = 0;
    place low{}; ///< the least box around the members
    place high{};
  };

  /// Over some of the cities; `places` (all cities) outlives the tree.
  kd_tree(const std::vector<place>& places, std::vector<city> members);

  [[nodiscard]] const std::vector<node>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<city>& members() const { return members_; }

  /// Calls visit(city) for members, near ones early, but leaves out every node for which
  /// skip(number of the node, squared distance from its box) is true.
  template <class Skip, class Visit>
  void search(const place& from, Skip skip, Visit visit) const {
    if (!nodes_.empty() && !skip(std::size_t{0}, squared_to_box(from, nodes_[0])))
      descend(0, from, skip, visit);
  }

  [[nodiscard]] double squared(const place& from, city to) const;

private:
  template <class Skip, class Visit>
  void descend(std::size_t number, const place& from, Skip& skip, Visit& visit) const {
    const auto& here = nodes_[number];
    if (here.left == 0) {
      for (std::size_t i = here.first; i < here.last; ++i)
        visit(members_[i]);
      return;
    }
    auto nearer = std::pair{squared_to_box(from, nodes_[here.left]), here.left};
    auto farther = std::pair{squared_to_box(from, nodes_[here.right]), here.right};
    if (farther.first < nearer.first)
      std::swap(nearer, farther);
    for (const auto& [box_distance, child] : {nearer, farther})
      if (!skip(child, box_distance))
        descend(child, from, skip, visit);
  }

  [[nodiscard]] static double squared_to_box(const place& from, const node& box);
  std::size_t build(std::size_t first, std::size_t last);
  void surround(node& box) const;

  const std::vector<place>* places_;
  std::vector<city> members_;
  std::vector<node> nodes_;
};

} // namespace tsp_islands
