#include "examples/traffic_assignment/shortest_paths.hpp"

#include <algorithm>
#include <functional>

namespace traffic_assignment {

shortest_paths::shortest_paths(const network& roads)
    : roads_(roads), distance_(roads.nodes), arrived_by_(roads.nodes) {}

void shortest_paths::search(std::uint32_t origin, std::span<const std::uint32_t> destinations,
                            std::span<const double> costs) {
  origin_ = origin;
  std::ranges::fill(distance_, std::numeric_limits<double>::infinity());
  std::ranges::fill(arrived_by_, no_link);
  distance_[origin] = 0;
  open_.clear();
  look_around(origin, 0, costs);
  // To ask for all destinations is dear beside one node, and cheap beside many.
  constexpr unsigned nodes_between = 128;
  for (unsigned nodes = 1; !open_.empty(); ++nodes) {
    std::ranges::pop_heap(open_, std::greater{});
    const auto [reached, node] = open_.back();
    open_.pop_back();
    if (reached > distance_[node])
      continue;
    look_around(node, reached, costs);
    if (nodes % nodes_between == 0 && std::ranges::all_of(destinations, [&](auto destination) {
          return distance_[destination] <= reached;
        }))
      return;
  }
}

void shortest_paths::look_around(std::uint32_t node, double reached,
                                 std::span<const double> costs) {
  for (auto link = roads_.first_link[node]; link < roads_.first_link[node + 1]; ++link) {
    const auto next = roads_.head[link];
    const double distance = reached + costs[link];
    if (distance >= distance_[next])
      continue;
    distance_[next] = distance;
    arrived_by_[next] = link;
    if (next < roads_.first_through_node)
      continue; // a path may only end there
    open_.emplace_back(distance, next);
    std::ranges::push_heap(open_, std::greater{});
  }
}

void shortest_paths::path_to(std::uint32_t node, std::vector<std::uint32_t>& links) const {
  links.clear();
  while (node != origin_) {
    const auto link = arrived_by_[node];
    links.push_back(link);
    node = roads_.tail[link];
  }
}

} // namespace traffic_assignment
