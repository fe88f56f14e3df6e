// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/neighbours.hpp"

#include "examples/tsp_islands/kd_tree.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tsp_islands {
namespace {

std::vector<city> all_cities(std::size_t count) {
  std::vector<city> all(count);
  std::iota(all.begin(), all.end(), city{0});
  return all;
}

bool nearer(const neighbour& a, const neighbour& b) {
  return std::pair{a.length, a.to} < std::pair{b.length, b.to};
}

neighbour edge_to(const distance& lengths, city from, city to) {
  return {to, static_cast<std::int32_t>(lengths(from, to))};
}

/// The nearest members so far, as a heap with the farthest on top.
class nearest_places {
public:
  explicit nearest_places(std::size_t wanted) : wanted_(wanted) {}

  [[nodiscard]] bool too_far(double squared) const {
    return found_.size() == wanted_ && squared >= found_.front().first;
  }

  void offer(double squared, city which) {
    if (too_far(squared))
      return;
    if (found_.size() == wanted_) {
      std::pop_heap(found_.begin(), found_.end());
      found_.pop_back();
    }
    found_.emplace_back(squared, which);
    std::push_heap(found_.begin(), found_.end());
  }

  [[nodiscard]] const std::vector<std::pair<double, city>>& found() const { return found_; }
  void clear() { found_.clear(); }

private:
  std::size_t wanted_;
  std::vector<std::pair<double, city>> found_;
};

} // namespace

neighbour_lists::neighbour_lists(const distance& lengths, std::size_t each)
    : neighbour_lists(lengths, all_cities(lengths.cities()), each) {}

neighbour_lists::neighbour_lists(const distance& lengths, const std::vector<city>& members,
                                 std::size_t each)
    : each_(std::min(each, members.empty() ? 0 : members.size() - 1)) {
  if (each_ == 0)
    return;
  flat_.reserve(each_ * members.size());
  if (lengths.places().empty())
    find_by_looking_at_all(lengths, members);
  else
    find_by_place(lengths, members);
}

void neighbour_lists::find_by_place(const distance& lengths, const std::vector<city>& members) {
  const kd_tree tree{lengths.places(), members};
  nearest_places nearest{each_};
  for (const city from : members) {
    const auto& here = lengths.places()[from];
    nearest.clear();
    tree.search(
        here, [&](std::size_t, double squared) { return nearest.too_far(squared); },
        [&](city to) {
          if (to != from)
            nearest.offer(tree.squared(here, to), to);
        });
    const auto first = flat_.size();
    for (const auto& [squared, to] : nearest.found())
      flat_.push_back(edge_to(lengths, from, to));
    std::sort(flat_.begin() + static_cast<std::ptrdiff_t>(first), flat_.end(), nearer);
  }
}

void neighbour_lists::find_by_looking_at_all(const distance& lengths,
                                             const std::vector<city>& members) {
  std::vector<neighbour> others;
  for (const city from : members) {
    others.clear();
    for (const city to : members)
      if (to != from)
        others.push_back(edge_to(lengths, from, to));
    const auto end = others.begin() + static_cast<std::ptrdiff_t>(each_);
    std::partial_sort(others.begin(), end, others.end(), nearer);
    flat_.insert(flat_.end(), others.begin(), end);
  }
}

} // namespace tsp_islands
