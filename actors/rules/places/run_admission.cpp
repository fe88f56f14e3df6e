// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/places/run_admission.hpp"

namespace lockstep {

namespace {

admission_decision refused(std::string why) {
  return {admission::refused, std::move(why)};
}

/// Where there is no place at all.
admission_decision without_nodes(const place_supply& supply, const place_demand& demand) {
  if (supply.trouble.empty() || supply.nodes_can_join || demand.waits)
    return {};
  return refused("there is no place for a solver: " + supply.trouble);
}

} // namespace

admission_decision on_request(const place_supply& supply, const place_demand& demand) {
  if (supply.nodes.empty())
    return without_nodes(supply, demand);
  if (supply.nodes_can_join || demand.waits)
    return {};
  const auto placed = place_solvers(supply.nodes, demand.wish);
  if (!placed)
    return refused(placed.error() +
                   ", and no other node can join this head; ask for fewer, start a head "
                   "with more places (--workers) or with a port where nodes join "
                   "(--cluster), or let the run wait for them (--wait-for-nodes)");
  return {};
}

admission_decision at_its_turn(const place_supply& supply, const place_demand& demand) {
  if (supply.nodes.empty())
    return without_nodes(supply, demand);
  const auto placed = place_solvers(supply.nodes, demand.wish);
  if (!placed)
    return demand.waits
               ? admission_decision{}
               : refused(placed.error() + "; ask for fewer, or let the run wait for more nodes "
                                          "(--wait-for-nodes)");
  return {place_now(supply.nodes, demand.wish) ? admission::begins : admission::waits};
}

} // namespace lockstep
