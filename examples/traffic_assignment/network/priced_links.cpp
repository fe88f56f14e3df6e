// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/network/priced_links.hpp"

#include <cmath>
#include <limits>

namespace traffic_assignment {

priced_links::priced_links(const network& roads, const cost_factors& factors)
    : links_(roads.links()), costs_(roads.links()) {
  for (std::uint32_t link = 0; link < roads.links(); ++link) {
    auto& it = links_[link];
    const double power = roads.power[link];
    const double rise = roads.free_time[link] * roads.b[link];
    const double per_car = 1 / roads.capacity[link];
    it.base = roads.free_time[link] + factors.toll * roads.toll[link] +
              factors.distance * roads.length[link];
    if (power == 0)
      it.base += rise; // x^0 is 1, also at flow 0
    // A link that cannot congest may have any capacity, also one whose reciprocal is infinite.
    const bool rises = power != 0 && rise != 0;
    if (rises && power == 4) {
      it.fourth = rise * per_car * per_car * per_car * per_car;
    } else if (rises) {
      it.fourth = unusual;
      const double whole = std::floor(power - 1);
      const double rest = power - 1 - whole;
      constexpr double whole_max = 16; // up to here products cost less
      const bool and_half = rest == 0.5;
      const bool by_products = whole >= 0 && whole <= whole_max && (rest == 0 || and_half);
      others_.resize(links_.size());
      others_[link] = {rise, per_car, power, by_products ? static_cast<std::int32_t>(whole) : -1,
                       and_half};
    }
    price(link);
  }
}

double priced_links::raised_to_one_less(const other_power& it, double x) {
  if (it.whole < 0)
    return std::pow(x, it.power - 1);
  double result = it.and_half ? std::sqrt(x) : 1;
  for (auto i = it.whole; i > 0; --i)
    result *= x;
  return result;
}

double priced_links::rise_of(const other_power& it, double flow) {
  const double x = flow * it.per_car;
  return x > 0 ? it.rise * raised_to_one_less(it, x) * x : 0;
}

double priced_links::slope_of(const other_power& it, double flow) {
  const double x = flow * it.per_car;
  if (x > 0)
    return it.rise * raised_to_one_less(it, x) * it.power * it.per_car;
  return it.power == 1 ? it.rise * it.per_car : 0;
}

void priced_links::set_flows(std::span<const double> flows) {
  // To ask which flows are others than before would cost more than to price them all.
  for (std::uint32_t link = 0; link < flows.size(); ++link) {
    links_[link].flow = flows[link];
    price(link);
  }
}

std::uint32_t priced_links::fresh_marks() {
  if (last_mark_ > std::numeric_limits<std::uint32_t>::max() - 4) {
    for (auto& it : links_)
      it.mark = 0;
    last_mark_ = 0;
  }
  last_mark_ += 2;
  return last_mark_;
}

} // namespace traffic_assignment
