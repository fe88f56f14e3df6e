// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/problem/reachability.hpp"

#include "examples/traffic_assignment/tntp/tntp_text.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace traffic_assignment {
namespace {

/// Searches the network again and again without clearing what it knows between: nodes are marked
/// with the number of the search.
class route_search {
public:
  explicit route_search(const network& roads) : roads_(roads), seen_in_(roads.nodes) {}

  void start(std::uint32_t origin) {
    ++search_;
    found_.assign(1, origin);
    seen_in_[origin] = search_;
    for (std::size_t next = 0; next < found_.size(); ++next)
      if (found_[next] == origin || found_[next] >= roads_.first_through_node)
        leave(found_[next]);
  }

  [[nodiscard]] bool reaches(std::uint32_t node) const { return seen_in_[node] == search_; }

private:
  void leave(std::uint32_t node) {
    for (auto link = roads_.first_link[node]; link < roads_.first_link[node + 1]; ++link) {
      const auto head = roads_.head[link];
      if (seen_in_[head] == search_)
        continue;
      seen_in_[head] = search_;
      found_.push_back(head);
    }
  }

  const network& roads_;
  std::vector<std::uint32_t> seen_in_;
  std::vector<std::uint32_t> found_;
  std::uint32_t search_ = 0;
};

} // namespace

void check_routes(const network& roads, const demand_table& demand) {
  if (demand.trips.size() != roads.zones)
    throw std::invalid_argument("the demand has " + std::to_string(demand.trips.size()) +
                                " zones, the network " + std::to_string(roads.zones));
  route_search search{roads};
  for (std::uint32_t origin = 0; origin < roads.zones; ++origin) {
    if (demand.trips[origin].empty())
      continue;
    search.start(origin);
    for (const auto& entry : demand.trips[origin])
      if (!search.reaches(entry.destination))
        throw std::runtime_error("no route leads from zone " + std::to_string(origin + 1) +
                                 " to zone " + std::to_string(entry.destination + 1) +
                                 ", which has a demand of " + said(entry.demand));
  }
}

} // namespace traffic_assignment
