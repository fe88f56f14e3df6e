// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/greedy_tour.hpp"

#include "examples/tsp_islands/disjoint_sets.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

namespace tsp_islands {
namespace {

struct edge {
  std::int32_t length;
  city from;
  city to;
  [[nodiscard]] auto key() const { return std::tuple{length, from, to}; }
};

/// Paths that grow together until one is left. Each pass tries the edges between ends that are near
/// each other; as it takes at least the shortest one that joins two paths, the passes come to an
/// end.
class path_joiner {
public:
  explicit path_joiner(const distance& lengths)
      : linked_(lengths.cities()), degree_(lengths.cities()), paths_(lengths.cities()),
        left_(lengths.cities()) {}

  void join(const std::vector<city>& ends, const neighbour_lists& near) {
    std::vector<edge> edges;
    for (std::size_t i = 0; i < ends.size(); ++i)
      for (const auto& other : near.of(i))
        edges.push_back({other.length, std::min(ends[i], other.to), std::max(ends[i], other.to)});
    std::sort(edges.begin(), edges.end(),
              [](const edge& a, const edge& b) { return a.key() < b.key(); });
    for (const auto& candidate : edges)
      take(candidate);
  }

  [[nodiscard]] std::vector<city> ends() const {
    std::vector<city> found;
    for (city i = 0; i < degree_.size(); ++i)
      if (degree_[i] < 2)
        found.push_back(i);
    return found;
  }

  [[nodiscard]] std::size_t left() const { return left_; }

  [[nodiscard]] std::vector<city> walk() const {
    std::vector<city> order;
    city before = 0;
    city here = ends().front();
    for (std::size_t i = 0; i < degree_.size(); ++i) {
      order.push_back(here);
      const bool back = i > 0 && linked_[here][0] == before;
      before = here;
      here = linked_[here][back ? 1 : 0];
    }
    return order;
  }

private:
  void take(const edge& candidate) {
    if (degree_[candidate.from] == 2 || degree_[candidate.to] == 2 ||
        !paths_.unite(candidate.from, candidate.to))
      return;
    linked_[candidate.from][degree_[candidate.from]++] = candidate.to;
    linked_[candidate.to][degree_[candidate.to]++] = candidate.from;
    --left_;
  }

  std::vector<std::array<city, 2>> linked_;
  std::vector<std::uint8_t> degree_;
  disjoint_sets paths_;
  std::size_t left_;
};

} // namespace

std::vector<city> greedy_tour(const distance& lengths, const neighbour_lists& neighbours) {
  constexpr std::size_t near_ends = 6;
  path_joiner paths{lengths};
  std::vector<city> all(lengths.cities());
  std::iota(all.begin(), all.end(), city{0});
  paths.join(all, neighbours);
  while (paths.left() > 1) {
    const auto ends = paths.ends();
    paths.join(ends, neighbour_lists{lengths, ends, near_ends});
  }
  return paths.walk();
}

} // namespace tsp_islands
