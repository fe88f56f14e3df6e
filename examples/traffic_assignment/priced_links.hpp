#pragma once

#include "examples/traffic_assignment/link_cost.hpp"
#include "examples/traffic_assignment/network.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace traffic_assignment {

/// All links as one solver sees them: the flow of each, and its cost and derivative at that flow,
/// brought up to date with every change. The costs are those of `link_cost`, but a change of flow
/// gets cost and derivative from one power, and touches one line of the cache besides the cost.
class priced_links {
public:
  priced_links(const network& roads, const cost_factors& factors);

  /// Prices anew what has another flow than before.
  void set_flows(std::span<const double> flows);

  /// Differences of flows may leave a hair less than nothing, which costs as much as nothing.
  void add(std::uint32_t link, double flow) {
    auto& it = links_[link];
    it.flow += flow;
    price(it, costs_[link]);
  }

  [[nodiscard]] double flow(std::uint32_t link) const { return links_[link].flow; }
  [[nodiscard]] double derivative(std::uint32_t link) const { return links_[link].derivative; }
  [[nodiscard]] double cost(std::uint32_t link) const { return costs_[link]; }
  /// By link; searches read these one after another.
  [[nodiscard]] std::span<const double> costs() const { return costs_; }

  /// A mark that a caller leaves at a link, beside what it reads there anyway.
  [[nodiscard]] std::uint32_t& mark(std::uint32_t link) { return links_[link].mark; }
  /// Two numbers that no link is marked with: the answer and the one after it.
  [[nodiscard]] std::uint32_t fresh_marks();

private:
  /// A line of the cache.
  struct alignas(64) priced_link {
    double flow = 0;
    double derivative = 0;
    double base = 0;    ///< cost at no flow
    double rise = 0;    ///< cost above that at capacity
    double per_car = 0; ///< reciprocal of the capacity
    double power = 0;
    std::int32_t whole_below = 0; ///< the whole part of power - 1; -1: see `add_power`
    bool and_half = false;        ///< power - 1 is a half above that
    std::uint32_t mark = 0;
  };

  static double raised_to_one_less(const priced_link& it, double x) {
    if (it.whole_below == 3 && !it.and_half)
      return x * x * x;
    if (it.whole_below < 0)
      return std::pow(x, it.power - 1);
    double result = it.and_half ? std::sqrt(x) : 1;
    for (auto i = it.whole_below; i > 0; --i)
      result *= x;
    return result;
  }

  static void price(priced_link& it, double& cost) {
    if (it.rise == 0)
      return; // its cost is the base for ever
    const double x = it.flow * it.per_car;
    if (x <= 0) {
      cost = it.base;
      // Below power 1 it is unbounded here; a Newton step is better off without it.
      it.derivative = it.power == 1 ? it.rise * it.per_car : 0;
      return;
    }
    const double slope = it.rise * raised_to_one_less(it, x);
    cost = it.base + slope * x;
    it.derivative = slope * it.power * it.per_car;
  }

  std::vector<priced_link> links_;
  std::vector<double> costs_;
  std::uint32_t last_mark_ = 0;
};

} // namespace traffic_assignment
