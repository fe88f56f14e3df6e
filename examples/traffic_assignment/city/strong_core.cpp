// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/city/strong_core.hpp"

#include <cstddef>
#include <vector>

namespace traffic_assignment {
namespace {

using neighbours = std::vector<std::vector<std::uint32_t>>;

std::vector<bool> reached_from(std::uint32_t centre, const neighbours& next) {
  std::vector<bool> reached(next.size());
  std::vector<std::uint32_t> found{centre};
  reached[centre] = true;
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const auto junction : next[found[i]])
      if (!reached[junction]) {
        reached[junction] = true;
        found.push_back(junction);
      }
  return reached;
}

} // namespace

street_plan strong_core(const street_plan& plan, std::uint32_t centre) {
  neighbours after(plan.junctions.size());
  neighbours before(plan.junctions.size());
  for (const auto& road : plan.roads) {
    after[road.tail].push_back(road.head);
    before[road.head].push_back(road.tail);
  }
  const auto there = reached_from(centre, after);
  const auto back = reached_from(centre, before);

  street_plan core;
  std::vector<std::uint32_t> number(plan.junctions.size());
  for (std::size_t junction = 0; junction < plan.junctions.size(); ++junction) {
    if (!there[junction] || !back[junction])
      continue;
    number[junction] = static_cast<std::uint32_t>(core.junctions.size());
    core.junctions.push_back(plan.junctions[junction]);
    core.of_grid += junction < plan.of_grid ? 1 : 0;
  }
  for (const auto& [tail, head, kind] : plan.roads)
    if (there[tail] && back[tail] && there[head] && back[head])
      core.roads.push_back({number[tail], number[head], kind});
  return core;
}

} // namespace traffic_assignment
