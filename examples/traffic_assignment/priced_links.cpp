#include "examples/traffic_assignment/priced_links.hpp"

#include <limits>

namespace traffic_assignment {

priced_links::priced_links(const network& roads, const cost_factors& factors)
    : links_(roads.links()), costs_(roads.links()) {
  for (std::size_t link = 0; link < roads.links(); ++link) {
    auto& it = links_[link];
    it.base = roads.free_time[link] + factors.toll * roads.toll[link] +
              factors.distance * roads.length[link];
    const double rise = roads.free_time[link] * roads.b[link];
    it.power = roads.power[link];
    if (it.power == 0)
      it.base += rise; // x^0 is 1, also at flow 0
    else
      it.rise = rise;
    it.per_car = 1 / roads.capacity[link];
    const double below = std::floor(it.power - 1);
    const double rest = it.power - 1 - below;
    constexpr double whole_max = 16; // a loop of products costs less than std::pow up to here
    it.and_half = rest == 0.5;
    it.whole_below = below >= 0 && below <= whole_max && (rest == 0 || it.and_half)
                         ? static_cast<std::int32_t>(below)
                         : -1;
    costs_[link] = it.base;
    price(it, costs_[link]);
  }
}

void priced_links::set_flows(std::span<const double> flows) {
  for (std::size_t link = 0; link < flows.size(); ++link)
    if (auto& it = links_[link]; it.flow != flows[link]) {
      it.flow = flows[link];
      price(it, costs_[link]);
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
