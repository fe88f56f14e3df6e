// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/link_cost.hpp"
#include "examples/traffic_assignment/network/network.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace traffic_assignment {

/// All links as one solver sees them: the flow of each, and its cost at that flow, brought up to
/// date with every change. The costs are those of `link_cost`. What a shift of flow reads and
/// writes is half a line of the cache, so that a city's links stay near the core: the usual power,
/// 4, has its constants there, and others theirs in a place of their own.
class priced_links {
public:
  priced_links(const network& roads, const cost_factors& factors);

  void set_flows(std::span<const double> flows);

  /// Differences of flows may leave a hair less than nothing, which costs as much as nothing.
  void add(std::uint32_t link, double flow) {
    links_[link].flow += flow;
    price(link);
  }

  [[nodiscard]] double flow(std::uint32_t link) const { return links_[link].flow; }
  /// Of the cost. Below power 1 it is unbounded at no flow; a Newton step is better off without it.
  [[nodiscard]] double derivative(std::uint32_t link) const {
    const auto& it = links_[link];
    const double flow = std::max(it.flow, 0.0);
    return is_usual(it) ? 4 * it.fourth * flow * flow * flow : slope_of(others_[link], flow);
  }
  [[nodiscard]] double cost(std::uint32_t link) const { return costs_[link]; }
  /// By link; searches read these one after another.
  [[nodiscard]] std::span<const double> costs() const { return costs_; }

  /// By how much the flow of all solvers is taken to change where this one changes its own by one:
  /// 1 unless it was set.
  [[nodiscard]] double echo(std::uint32_t link) const { return links_[link].echo; }
  void set_echo(std::uint32_t link, double echo) { links_[link].echo = static_cast<float>(echo); }

  /// A mark that a caller leaves at a link, beside what it reads there anyway.
  [[nodiscard]] std::uint32_t& mark(std::uint32_t link) { return links_[link].mark; }
  /// Two numbers that no link is marked with: the answer and the one after it.
  [[nodiscard]] std::uint32_t fresh_marks();

private:
  /// Half a line of the cache.
  struct alignas(32) priced_link {
    double flow = 0;
    double base = 0;   ///< cost at no flow
    double fourth = 0; ///< of the fourth power of the flow, which is all that the cost rises by
    std::uint32_t mark = 0;
    float echo = 1;
  };

  static constexpr double unusual = -1; ///< as `fourth`: the rise is in `others_`
  static bool is_usual(const priced_link& it) { return it.fourth >= 0; }

  /// The rise of a cost with a power that is not 4.
  struct other_power {
    double rise = 0;    ///< at capacity
    double per_car = 0; ///< reciprocal of the capacity
    double power = 0;
    std::int32_t whole = 0; ///< the whole part of power - 1; -1: see `raised_to_one_less`
    bool and_half = false;  ///< power - 1 is a half above that
  };

  void price(std::uint32_t link) {
    const auto& it = links_[link];
    const double flow = std::max(it.flow, 0.0);
    const double square = flow * flow;
    costs_[link] =
        it.base + (is_usual(it) ? it.fourth * square * square : rise_of(others_[link], flow));
  }

  /// x to power - 1, x > 0.
  static double raised_to_one_less(const other_power& it, double x);
  static double rise_of(const other_power& it, double flow);
  static double slope_of(const other_power& it, double flow);

  std::vector<priced_link> links_;
  std::vector<double> costs_;
  std::vector<other_power> others_; ///< by link; empty where all powers are usual
  std::uint32_t last_mark_ = 0;
};

} // namespace traffic_assignment
