// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/spanning_tree.hpp"

#include "examples/tsp_islands/disjoint_sets.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tsp_islands {
namespace {

constexpr double unreached = std::numeric_limits<double>::infinity();

/// Prim's algorithm on a full matrix.
std::vector<tree_edge> tree_by_matrix(const distance& lengths, const std::vector<double>& prices) {
  const auto n = static_cast<city>(lengths.cities());
  std::vector<tree_edge> tree;
  std::vector<double> least(n, unreached);
  std::vector<city> through(n, 0);
  std::vector<city> outside(n - std::size_t{1});
  std::iota(outside.begin(), outside.end(), city{1});
  city added = 0;
  while (!outside.empty()) {
    std::size_t nearest = 0;
    for (std::size_t i = 0; i < outside.size(); ++i) {
      const city each = outside[i];
      const double weight = priced(lengths, prices, added, each);
      if (weight < least[each]) {
        least[each] = weight;
        through[each] = added;
      }
      if (least[each] < least[outside[nearest]])
        nearest = i;
    }
    added = outside[nearest];
    tree.push_back({through[added], added});
    outside[nearest] = outside.back();
    outside.pop_back();
  }
  return tree;
}

/// Boruvka's algorithm: in every round each part of the forest takes the least edge that leaves it.
/// The kd-tree leaves out boxes that lie in the same part, and boxes that cannot have a lesser edge
/// because of their distance and the least price in them.
class forest {
public:
  forest(const distance& lengths, const std::vector<double>& prices)
      : lengths_(&lengths), prices_(&prices), tree_(lengths.places(), all(lengths.cities())),
        parts_(lengths.cities()), part_(lengths.cities()), box_part_(tree_.nodes().size()),
        box_price_(tree_.nodes().size(), unreached) {
    for_each_box([this](std::size_t box, city member) {
      box_price_[box] = std::min(box_price_[box], (*prices_)[member]);
    });
  }

  std::vector<tree_edge> grow() {
    while (edges_.size() + 1 < part_.size())
      round();
    return std::move(edges_);
  }

private:
  struct leaving {
    double weight = unreached;
    tree_edge edge;
  };

  static constexpr std::size_t mixed = std::numeric_limits<std::size_t>::max();

  static std::vector<city> all(std::size_t count) {
    std::vector<city> cities(count);
    std::iota(cities.begin(), cities.end(), city{0});
    return cities;
  }

  /// Calls visit(number, member) for every member of every leaf, then joins the boxes above.
  template <class Visit>
  void for_each_box(Visit visit) {
    const auto& boxes = tree_.nodes();
    for (std::size_t box = boxes.size(); box-- > 0;) {
      if (boxes[box].left == 0) {
        for (std::size_t i = boxes[box].first; i < boxes[box].last; ++i)
          visit(box, tree_.members()[i]);
      } else {
        // Children come after their parent, so they are complete here.
        box_price_[box] = std::min(box_price_[boxes[box].left], box_price_[boxes[box].right]);
        const auto left = box_part_[boxes[box].left];
        box_part_[box] = left == box_part_[boxes[box].right] ? left : mixed;
      }
    }
  }

  void round() {
    for (std::size_t i = 0; i < part_.size(); ++i)
      part_[i] = parts_.find(i);
    for_each_box([this](std::size_t box, city member) {
      const bool first = member == tree_.members()[tree_.nodes()[box].first];
      if (first)
        box_part_[box] = part_[member];
      else if (box_part_[box] != part_[member])
        box_part_[box] = mixed;
    });
    std::vector<leaving> least(part_.size());
    for (const city from : tree_.members())
      look_around(from, least[part_[from]]);
    for (const auto& found : least)
      if (found.weight < unreached && parts_.unite(found.edge.from, found.edge.to))
        edges_.push_back(found.edge);
  }

  void look_around(city from, leaving& least) {
    const auto& here = lengths_->places()[from];
    tree_.search(
        here,
        [&](std::size_t box, double squared) {
          if (box_part_[box] == part_[from])
            return true;
          const auto length = static_cast<double>(lengths_->at_least(squared));
          return length + ((*prices_)[from] + box_price_[box]) >= least.weight;
        },
        [&](city to) {
          if (part_[to] == part_[from])
            return;
          const double weight = priced(*lengths_, *prices_, from, to);
          if (weight < least.weight)
            least = {weight, {from, to}};
        });
  }

  const distance* lengths_;
  const std::vector<double>* prices_;
  kd_tree tree_;
  disjoint_sets parts_;
  std::vector<std::size_t> part_;     ///< by city, in this round
  std::vector<std::size_t> box_part_; ///< by box, or `mixed`
  std::vector<double> box_price_;     ///< the least price in a box
  std::vector<tree_edge> edges_;
};

} // namespace

std::vector<tree_edge> least_spanning_tree(const distance& lengths,
                                           const std::vector<double>& prices) {
  if (lengths.cities() < 2)
    return {};
  if (lengths.places().empty())
    return tree_by_matrix(lengths, prices);
  return forest{lengths, prices}.grow();
}

} // namespace tsp_islands
