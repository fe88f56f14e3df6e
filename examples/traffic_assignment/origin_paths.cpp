#include "examples/traffic_assignment/origin_paths.hpp"

#include <algorithm>
#include <utility>

namespace traffic_assignment {

origin_paths::origin_paths(origin_state state, std::span<const trip> trips)
    : state_(std::move(state)), trips_(trips) {}

double origin_paths::cost_of(const used_path& path, const priced_links& links) const {
  const auto* link = state_.links.data() + path.first_link;
  const auto* const end = link + path.links;
  double even = 0;
  double odd = 0;
  for (; end - link >= 2; link += 2) {
    even += links.cost(link[0]);
    odd += links.cost(link[1]);
  }
  return link != end ? even + odd + links.cost(*link) : even + odd;
}

void origin_paths::trace(const network& roads, std::uint32_t destination, workbench& bench) const {
  bench.path_links.clear();
  for (auto link = state_.tree[destination]; link != no_link; link = state_.tree[roads.tail[link]])
    bench.path_links.push_back(link);
}

void origin_paths::load(const network& roads, workbench& bench) {
  bench.search.search(state_.origin, bench.links.costs(), state_.tree);
  state_.first_path.clear();
  for (const auto& [destination, demand] : trips_) {
    trace(roads, destination, bench);
    state_.first_path.push_back(static_cast<std::uint32_t>(state_.paths.size()));
    state_.paths.push_back({static_cast<std::uint32_t>(state_.links.size()),
                            static_cast<std::uint32_t>(bench.path_links.size()), demand, demand});
    state_.links.insert(state_.links.end(), bench.path_links.begin(), bench.path_links.end());
    for (const auto link : bench.path_links)
      bench.links.add(link, bench.echo * demand);
  }
  state_.first_path.push_back(static_cast<std::uint32_t>(state_.paths.size()));
}

origin_paths::costs origin_paths::search(const network& roads, workbench& bench) {
  // No path costs less than the shortest, but a used one may be it: rounding aside they are equal.
  constexpr double rounding = 1e-14;
  bench.search.search(state_.origin, bench.links.costs(), state_.tree);
  bench.paths.clear();
  split_.clear();
  costs sum;
  for (std::uint32_t i = 0; i < trips_.size(); ++i) {
    const double shortest = bench.search.distance(trips_[i].destination);
    sum.shortest += shortest * trips_[i].demand;
    bool is_known = false;
    const auto first = static_cast<std::uint32_t>(bench.paths.size());
    for (auto p = state_.first_path[i]; p < state_.first_path[i + 1]; ++p) {
      const auto& path = state_.paths[p];
      const double cost = cost_of(path, bench.links);
      const bool is_shortest = cost <= shortest * (1 + rounding);
      sum.excess += path.flow * (cost - shortest);
      is_known = is_known || is_shortest;
      if (path.flow > 0 || is_shortest)
        bench.paths.push_back(path);
    }
    if (!is_known) {
      trace(roads, trips_[i].destination, bench);
      bench.paths.push_back({static_cast<std::uint32_t>(state_.links.size()),
                             static_cast<std::uint32_t>(bench.path_links.size()), 0, 0});
      state_.links.insert(state_.links.end(), bench.path_links.begin(), bench.path_links.end());
    }
    if (bench.paths.size() - first > 1)
      split_.push_back(i);
    state_.first_path[i] = first;
  }
  state_.first_path.back() = static_cast<std::uint32_t>(bench.paths.size());
  std::swap(state_.paths, bench.paths);
  compact(bench);
  return sum;
}

/// Drops the links of forgotten paths once they are as many as those of the others.
void origin_paths::compact(workbench& bench) {
  std::size_t used = 0;
  for (const auto& path : state_.paths)
    used += path.links;
  if (state_.links.size() <= 2 * used)
    return;
  bench.path_links.clear();
  for (auto& path : state_.paths) {
    const auto first = state_.links.begin() + path.first_link;
    path.first_link = static_cast<std::uint32_t>(bench.path_links.size());
    bench.path_links.insert(bench.path_links.end(), first, first + path.links);
  }
  state_.links.assign(bench.path_links.begin(), bench.path_links.end());
}

void origin_paths::shift(workbench& bench) {
  for (const auto i : split_) {
    const auto first = state_.first_path[i];
    const auto end = state_.first_path[i + 1];
    auto best = first;
    if (end - first > 2) {
      double least = cost_of(state_.paths[first], bench.links);
      for (auto p = first + 1; p < end; ++p)
        if (const double cost = cost_of(state_.paths[p], bench.links); cost < least) {
          least = cost;
          best = p;
        }
    }
    for (auto p = first; p < end; ++p)
      if (p != best)
        shift_two(state_.paths[p], state_.paths[best], bench);
  }
}

/// Newton's step towards equal costs of two paths: only links that one of both has count.
void origin_paths::shift_two(used_path& one, used_path& other, workbench& bench) {
  const auto* a = state_.links.data() + one.first_link;
  const auto* b = state_.links.data() + other.first_link;
  const auto* a_end = a + one.links;
  const auto* b_end = b + other.links;
  // Paths of one trip mostly differ in one place.
  while (a != a_end && b != b_end && *a == *b)
    ++a, ++b;
  while (a != a_end && b != b_end && a_end[-1] == b_end[-1])
    --a_end, --b_end;
  auto& links = bench.links;
  const auto only_other = links.fresh_marks();
  const auto both = only_other + 1;
  for (auto* link = b; link != b_end; ++link)
    links.mark(*link) = only_other;
  double gain = 0;
  double slope = 0;
  for (auto* link = a; link != a_end; ++link)
    if (auto& mark = links.mark(*link); mark == only_other) {
      mark = both;
    } else {
      gain += links.cost(*link);
      slope += links.derivative(*link);
    }
  for (auto* link = b; link != b_end; ++link)
    if (links.mark(*link) == only_other) {
      gain -= links.cost(*link);
      slope += links.derivative(*link);
    }
  auto& from = gain > 0 ? one : other;
  auto& to = gain > 0 ? other : one;
  if (gain == 0 || from.flow == 0)
    return;
  slope *= bench.echo;
  double moved = slope * from.flow > std::abs(gain) ? std::abs(gain) / slope : from.flow;
  from.flow = moved == from.flow ? 0 : from.flow - moved;
  to.flow += moved;
  moved *= gain > 0 ? bench.echo : -bench.echo;
  for (auto* link = a; link != a_end; ++link)
    if (links.mark(*link) != both)
      links.add(*link, -moved);
  for (auto* link = b; link != b_end; ++link)
    if (links.mark(*link) == only_other)
      links.add(*link, moved);
}

void origin_paths::remember() {
  for (auto& path : state_.paths)
    path.previous_flow = path.flow;
}

void origin_paths::accept(double step) {
  for (auto& path : state_.paths)
    path.flow = path.previous_flow + step * (path.flow - path.previous_flow);
}

void origin_paths::add_flows(std::span<double> flows) const {
  for (const auto& path : state_.paths)
    for (auto p = path.first_link; p < path.first_link + path.links; ++p)
      flows[state_.links[p]] += path.flow;
}

} // namespace traffic_assignment
