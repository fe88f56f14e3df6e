#include "examples/traffic_assignment/path_share.hpp"

namespace traffic_assignment {

path_share::path_share(const network& roads, const cost_factors& factors,
                       const demand_table& demand, std::span<const std::uint32_t> origins)
    : roads_(roads), bench_{priced_links{roads, factors}, tree_search{roads}, 1, {}, {}} {
  for (const auto origin : origins) {
    origin_state begun;
    begun.origin = origin;
    origins_.emplace_back(std::move(begun), demand.trips[origin]);
  }
}

void path_share::load(std::size_t solvers) {
  bench_.links.set_flows(std::vector<double>(roads_.links()));
  bench_.echo = static_cast<double>(solvers);
  for (auto& each : origins_)
    each.load(roads_, bench_);
  bench_.echo = 1;
}

void path_share::accept(double step) {
  if (step == 1)
    return;
  for (auto& each : origins_)
    each.accept(step);
}

double path_share::add_shortest_paths(std::span<const double> total_flows) {
  bench_.links.set_flows(total_flows);
  double shortest = 0;
  for (auto& each : origins_)
    shortest += each.search(roads_, bench_).shortest;
  return shortest;
}

double path_share::search_and_shift(std::span<const double> total_flows) {
  bench_.links.set_flows(total_flows);
  double excess = 0;
  for (auto& each : origins_) {
    each.remember();
    excess += each.search(roads_, bench_).excess;
    each.shift(bench_);
  }
  return excess;
}

void path_share::shift_flows(std::span<const double> total_flows) {
  bench_.links.set_flows(total_flows);
  for (auto& each : origins_) {
    each.remember();
    each.shift(bench_);
  }
}

std::vector<double> path_share::own_flows() const {
  std::vector<double> flows(roads_.links());
  for (const auto& each : origins_)
    each.add_flows(flows);
  return flows;
}

} // namespace traffic_assignment
