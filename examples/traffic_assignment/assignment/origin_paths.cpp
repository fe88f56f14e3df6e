// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/assignment/origin_paths.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace traffic_assignment {

origin_paths::origin_paths(origin_state state, std::span<const trip> trips)
    : state_(std::move(state)), trips_(trips) {}

void origin_paths::add_path(workbench& bench, std::vector<used_path>& paths, const trip& wanted,
                            double flow) {
  bench.search.path_to(wanted.destination, bench.found);
  paths.push_back({static_cast<std::uint32_t>(state_.links.size()),
                   static_cast<std::uint32_t>(bench.found.size()), flow, flow});
  state_.links.insert(state_.links.end(), bench.found.begin(), bench.found.end());
}

void origin_paths::load(workbench& bench) {
  bench.search.search(state_.origin, trips_, bench.links.costs(), 0, state_.tree);
  for (const auto& wanted : trips_) {
    state_.first_path.push_back(static_cast<std::uint32_t>(state_.paths.size()));
    add_path(bench, state_.paths, wanted, wanted.demand);
    for (const auto link : bench.found)
      bench.links.add(link, bench.links.echo(link) * wanted.demand);
  }
  state_.first_path.push_back(static_cast<std::uint32_t>(state_.paths.size()));
}

origin_paths::cost_sums origin_paths::search(workbench& bench) {
  // No path costs less than the shortest, but a used one may be it: rounding aside they are equal.
  constexpr double rounding = 1e-14;
  bench.search.search(state_.origin, trips_, bench.links.costs(), bench.slack, state_.tree);
  bench.paths.clear();
  choices_.clear();
  cost_sums sums;
  for (std::uint32_t i = 0; i < trips_.size(); ++i) {
    const double shortest = bench.search.distance(trips_[i].destination);
    sums.shortest += shortest * trips_[i].demand;
    bool is_known = false;
    const auto first = static_cast<std::uint32_t>(bench.paths.size());
    for (auto p = state_.first_path[i]; p < state_.first_path[i + 1]; ++p) {
      const auto& path = state_.paths[p];
      const double cost = cost_of(path, bench.links);
      const bool is_shortest = cost <= shortest * (1 + rounding);
      sums.excess += path.flow * (cost - shortest);
      is_known = is_known || is_shortest;
      if (path.flow > 0 || is_shortest)
        bench.paths.push_back({path.first_link, path.links, path.flow, path.flow});
    }
    if (!is_known)
      add_path(bench, bench.paths, trips_[i], 0);
    if (bench.paths.size() - first > 1)
      choices_.push_back({i, std::numeric_limits<double>::infinity()});
    state_.first_path[i] = first;
  }
  state_.first_path.back() = static_cast<std::uint32_t>(bench.paths.size());
  std::swap(state_.paths, bench.paths);
  compact(bench);
  return sums;
}

std::size_t origin_paths::path_links() const {
  std::size_t links = 0;
  for (const auto& path : state_.paths)
    links += path.links;
  return links;
}

double origin_paths::work() const {
  return static_cast<double>(state_.tree.nodes.size() + path_links());
}

/// Drops the links of forgotten paths once they are as many as those of the others.
void origin_paths::compact(workbench& bench) {
  if (state_.links.size() <= 2 * path_links())
    return;
  bench.found.clear();
  for (auto& path : state_.paths) {
    const auto first = state_.links.begin() + path.first_link;
    path.first_link = static_cast<std::uint32_t>(bench.found.size());
    bench.found.insert(bench.found.end(), first, first + path.links);
  }
  state_.links.assign(bench.found.begin(), bench.found.end());
}

double origin_paths::cost_of(const used_path& path, const priced_links& links) const {
  const auto* link = state_.links.data() + path.first_link;
  const auto* const end = link + path.links;
  // Two sums, so that one addition need not wait for the other.
  double even = 0;
  double odd = 0;
  for (; end - link >= 2; link += 2) {
    even += links.cost(link[0]);
    odd += links.cost(link[1]);
  }
  return link != end ? even + odd + links.cost(*link) : even + odd;
}

double origin_paths::shift(workbench& bench, double worth) {
  double gains = 0;
  for (auto& [trip, gain] : choices_) {
    if (gain < worth)
      continue;
    const auto target = cheapest(trip, bench.links);
    gain = 0;
    for (auto p = state_.first_path[trip]; p < state_.first_path[trip + 1]; ++p)
      if (p != target)
        gain += shift_two(state_.paths[p], state_.paths[target], bench);
    gains += gain;
  }
  return gains;
}

std::uint32_t origin_paths::cheapest(std::uint32_t trip, const priced_links& links) const {
  const auto first = state_.first_path[trip];
  const auto end = state_.first_path[trip + 1];
  if (end - first <= 2)
    return first; // a shift between two goes either way
  auto best = first;
  double least = std::numeric_limits<double>::infinity();
  for (auto p = first; p < end; ++p)
    if (const double cost = cost_of(state_.paths[p], links); cost < least) {
      least = cost;
      best = p;
    }
  return best;
}

/// Newton's step towards equal costs of two paths: only links that one of both has count. Answers
/// what was to gain.
double origin_paths::shift_two(used_path& one, used_path& other, workbench& bench) {
  const auto* a = state_.links.data() + one.first_link;
  const auto* b = state_.links.data() + other.first_link;
  const auto* a_end = a + one.links;
  const auto* b_end = b + other.links;
  // Paths of one trip mostly differ in one place, so that few links need a mark.
  for (; a != a_end && b != b_end && *a == *b; ++a)
    ++b;
  for (; a != a_end && b != b_end && a_end[-1] == b_end[-1]; --a_end)
    --b_end;
  auto& links = bench.links;
  const auto only_other = links.fresh_marks();
  const auto both = only_other + 1;
  for (const auto* link = b; link != b_end; ++link)
    links.mark(*link) = only_other;
  double difference = 0;
  double slope = 0;
  for (const auto* link = a; link != a_end; ++link)
    if (auto& mark = links.mark(*link); mark == only_other) {
      mark = both;
    } else {
      difference += links.cost(*link);
      slope += links.echo(*link) * links.derivative(*link);
    }
  for (const auto* link = b; link != b_end; ++link)
    if (links.mark(*link) == only_other) {
      difference -= links.cost(*link);
      slope += links.echo(*link) * links.derivative(*link);
    }
  auto& from = difference > 0 ? one : other;
  auto& to = difference > 0 ? other : one;
  if (difference == 0 || from.flow == 0)
    return 0;
  const double gain = std::abs(difference) * from.flow;
  const double moved =
      slope * from.flow > std::abs(difference) ? std::abs(difference) / slope : from.flow;
  from.flow = moved == from.flow ? 0 : from.flow - moved;
  to.flow += moved;
  const double more_on_other = difference > 0 ? moved : -moved;
  for (const auto* link = a; link != a_end; ++link)
    if (links.mark(*link) != both)
      links.add(*link, -links.echo(*link) * more_on_other);
  for (const auto* link = b; link != b_end; ++link)
    if (links.mark(*link) == only_other)
      links.add(*link, links.echo(*link) * more_on_other);
  return gain;
}

void origin_paths::remember() {
  for (const auto& each : choices_)
    for (auto p = state_.first_path[each.trip]; p < state_.first_path[each.trip + 1]; ++p)
      state_.paths[p].previous_flow = state_.paths[p].flow;
}

void origin_paths::accept(double step) {
  for (const auto& each : choices_)
    for (auto p = state_.first_path[each.trip]; p < state_.first_path[each.trip + 1]; ++p) {
      auto& path = state_.paths[p];
      path.flow = path.previous_flow + step * (path.flow - path.previous_flow);
    }
}

void origin_paths::add_flows(std::span<double> flows) const {
  for (const auto& path : state_.paths)
    for (auto p = path.first_link; p < path.first_link + path.links; ++p)
      flows[state_.links[p]] += path.flow;
}

} // namespace traffic_assignment
