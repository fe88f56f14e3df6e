// SPDX-License-Identifier: BSD-3-Clause

#include "examples/tsp_islands/lower_bound.hpp"

#include "examples/tsp_islands/disjoint_sets.hpp"
#include "examples/tsp_islands/spanning_tree.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace tsp_islands {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Finds prices that make the 1-tree over the near edges heavy.
class price_search {
public:
  price_search(const distance& lengths, const neighbour_lists& near, const std::vector<city>& tour)
      : near_(&near), tour_length_(static_cast<double>(lengths.of_tour(tour))),
        prices_(lengths.cities()), best_(prices_), last_(prices_), degrees_(prices_.size()),
        parts_(prices_.size()) {
    collect_edges(lengths, tour);
  }

  std::vector<double> search(std::size_t rounds, const std::function<bool()>& stop) {
    double best = -infinite;
    for (std::size_t round = 0; round < rounds && !stop(); ++round) {
      const double weight = weigh();
      if (weight > best) {
        best = weight;
        best_ = prices_;
      }
      const double done = static_cast<double>(round) / static_cast<double>(rounds);
      if (!adjust(std::pow(0.01, done) * (tour_length_ - weight)))
        break;
    }
    return best_;
  }

  /// Looks at the edges of a tree too from now on; false where it did so already.
  bool add(const distance& lengths, const std::vector<tree_edge>& tree) {
    const auto before = edges_.size();
    for (const auto& [from, to] : tree)
      add_edge(lengths, from, to);
    keep_each_once();
    return edges_.size() > before;
  }

private:
  struct weighed_edge {
    double weight;
    std::int32_t length;
    city from;
    city to;
  };

  void collect_edges(const distance& lengths, const std::vector<city>& tour) {
    constexpr std::size_t near_edges = 7;
    for (city from = 0; from < prices_.size(); ++from)
      for (const auto& other : near_->of(from).first(std::min(near_edges, near_->each())))
        add_edge(lengths, from, other.to);
    for (std::size_t i = 0; i < tour.size(); ++i)
      add_edge(lengths, tour[i], tour[i + 1 == tour.size() ? 0 : i + 1]);
    keep_each_once();
  }

  void add_edge(const distance& lengths, city a, city b) {
    edges_.push_back({0, static_cast<std::int32_t>(lengths(a, b)), std::min(a, b), std::max(a, b)});
  }

  void keep_each_once() {
    const auto ends = [](const auto& e) { return std::pair{e.from, e.to}; };
    std::sort(edges_.begin(), edges_.end(),
              [&](const auto& a, const auto& b) { return ends(a) < ends(b); });
    edges_.erase(std::unique(edges_.begin(), edges_.end(),
                             [&](const auto& a, const auto& b) { return ends(a) == ends(b); }),
                 edges_.end());
  }

  /// The weight of the least 1-tree minus twice the prices; counts its edges at each city.
  double weigh() {
    for (auto& each : edges_)
      each.weight = each.length + (prices_[each.from] + prices_[each.to]);
    std::sort(edges_.begin(), edges_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.weight, a.from, a.to) < std::tie(b.weight, b.from, b.to);
    });
    parts_.reset();
    std::fill(degrees_.begin(), degrees_.end(), 0);
    double weight = -2.0 * std::accumulate(prices_.begin(), prices_.end(), 0.0);
    for (const auto& each : edges_)
      if (parts_.unite(each.from, each.to)) {
        weight += each.weight;
        ++degrees_[each.from];
        ++degrees_[each.to];
      }
    return weight + add_second_edge();
  }

  /// Gives the leaf whose second edge is heaviest that edge.
  double add_second_edge() {
    double heaviest = -infinite;
    std::pair<city, city> chosen;
    for (city leaf = 0; leaf < prices_.size(); ++leaf) {
      if (degrees_[leaf] != 1)
        continue;
      const auto [weight, to] = second_edge(leaf);
      if (weight > heaviest) {
        heaviest = weight;
        chosen = {leaf, to};
      }
    }
    ++degrees_[chosen.first];
    ++degrees_[chosen.second];
    return heaviest;
  }

  [[nodiscard]] std::pair<double, city> second_edge(city leaf) const {
    std::pair<double, city> first{infinite, leaf};
    std::pair<double, city> second = first;
    for (const auto& other : near_->of(leaf)) {
      const std::pair<double, city> edge{other.length + (prices_[leaf] + prices_[other.to]),
                                         other.to};
      if (edge < first)
        second = std::exchange(first, edge);
      else if (edge < second)
        second = edge;
    }
    return second;
  }

  /// Moves the prices by a step that would close `gap`; false when the 1-tree is a tour.
  bool adjust(double gap) {
    double squares = 0;
    for (const int degree : degrees_)
      squares += (degree - 2) * (degree - 2);
    if (squares == 0 || gap <= 0)
      return false;
    const double step = gap / squares;
    for (std::size_t i = 0; i < prices_.size(); ++i) {
      const double excess = degrees_[i] - 2;
      prices_[i] += step * (0.7 * excess + 0.3 * last_[i]);
      last_[i] = excess;
    }
    return true;
  }

  const neighbour_lists* near_;
  double tour_length_;
  std::vector<weighed_edge> edges_;
  std::vector<double> prices_;
  std::vector<double> best_;
  std::vector<double> last_;
  std::vector<int> degrees_;
  disjoint_sets parts_;
};

/// The second lightest of all edges at a city.
double second_edge_at(const distance& lengths, const std::vector<double>& prices, city leaf) {
  double first = infinite;
  double second = infinite;
  for (city other = 0; other < prices.size(); ++other) {
    if (other == leaf)
      continue;
    const double weight = priced(lengths, prices, leaf, other);
    second = std::min(second, std::max(first, weight));
    first = std::min(first, weight);
  }
  return second;
}

/// Any leaf gives a bound; of those tried, the best.
double heaviest_second_edge(const distance& lengths, const std::vector<double>& prices,
                            const std::vector<tree_edge>& tree) {
  constexpr std::size_t leaves_tried = 200;
  std::vector<int> degrees(prices.size());
  for (const auto& [from, to] : tree) {
    ++degrees[from];
    ++degrees[to];
  }
  double heaviest = -infinite;
  std::size_t tried = 0;
  for (city each = 0; each < prices.size() && tried < leaves_tried; ++each)
    if (degrees[each] == 1) {
      heaviest = std::max(heaviest, second_edge_at(lengths, prices, each));
      ++tried;
    }
  return heaviest;
}

/// The weight of the least 1-tree over all edges, minus twice the prices.
double bound_of(const distance& lengths, const std::vector<double>& prices,
                const std::vector<tree_edge>& tree) {
  double weight = -2.0 * std::accumulate(prices.begin(), prices.end(), 0.0);
  for (const auto& [from, to] : tree)
    weight += priced(lengths, prices, from, to);
  return weight + heaviest_second_edge(lengths, prices, tree);
}

} // namespace

std::int64_t one_tree_bound(const distance& lengths, const neighbour_lists& near,
                            const std::vector<city>& tour, const std::function<bool()>& stop) {
  constexpr std::size_t work = 3'000'000;
  constexpr double good = 0.95; // of the tour; where cities are spread it is 0.99 at once
  constexpr int searches_max = 12;
  const auto length = lengths.of_tour(tour);
  if (lengths.cities() <= 3)
    return length;
  const std::size_t rounds = std::clamp<std::size_t>(work / lengths.cities(), 5, 1000);
  const std::vector<double> no_prices(lengths.cities());
  auto best = bound_of(lengths, no_prices, least_spanning_tree(lengths, no_prices));
  price_search prices{lengths, near, tour};
  for (int searches = 0; searches < searches_max && !stop(); ++searches) {
    const auto found = prices.search(rounds, stop);
    const auto tree = least_spanning_tree(lengths, found);
    best = std::max(best, bound_of(lengths, found, tree));
    // Where many cities are at few places, their near edges lead nowhere else.
    if (best >= good * static_cast<double>(length) || !prices.add(lengths, tree))
      break;
  }
  // Lengths are whole numbers; what sums of prices lose to rounding is far below a thousandth.
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil(best - 1e-3)));
}

} // namespace tsp_islands
