// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/place_table.hpp"

#include <algorithm>
#include <utility>

namespace lockstep {

std::vector<node_number> place_table::add(const run_events::node_joined& joined) {
  std::vector<node_number> forgotten;
  for (const auto& [number, known] : nodes_) {
    const bool came_back = !joined.name.empty() && known.name == joined.name;
    const bool too_many = nodes_.size() - forgotten.size() >= shown_max;
    if (known.state == node_state::gone && (came_back || too_many))
      forgotten.push_back(number);
  }
  for (const auto number : forgotten)
    nodes_.erase(number);
  nodes_[joined.node] = {joined.node, joined.name, joined.host, joined.remote,
                         std::vector<holder>(joined.slots)};
  ++up_;
  return forgotten;
}

const place_table::node* place_table::find(node_number number) const {
  const auto found = nodes_.find(number);
  return found == nodes_.end() ? nullptr : &found->second;
}

const place_table::node* place_table::find_up(const std::string& wanted) const {
  if (wanted.empty())
    return nullptr;
  for (const auto& [number, its] : nodes_)
    if (its.state != node_state::gone && (to_string(number) == wanted || its.name == wanted))
      return &its;
  return nullptr;
}

bool place_table::happen(node_number number, node_life_event what) {
  const auto found = nodes_.find(number);
  if (found == nodes_.end())
    return false;
  auto& its = found->second;
  const auto next = next_state(its.state, what);
  if (!next)
    return false;
  draining_ -= its.state == node_state::draining ? 1U : 0U;
  draining_ += *next == node_state::draining ? 1U : 0U;
  its.state = *next;
  if (its.state == node_state::gone) {
    --up_;
    std::ranges::fill(its.slots, holder{});
    its.taken = 0;
  }
  return true;
}

std::vector<node_places> place_table::supply() const {
  std::vector<node_places> usable;
  for (const auto& [number, its] : nodes_)
    if (its.state == node_state::up)
      usable.push_back({to_string(number), its.slots.size(), its.taken});
  return usable;
}

std::vector<run_block> place_table::place(run_id run, const placement_wish& wish) {
  std::vector<run_block> parts;
  const auto shares = place_now(supply(), wish);
  std::size_t i = 0;
  for (auto& [number, its] : nodes_) {
    if (!shares || its.state != node_state::up)
      continue;
    if (const auto& wanted = (*shares)[i++]; wanted.count != 0)
      parts.push_back(take(its, run, wanted));
  }
  return parts;
}

run_block place_table::take(node& from, run_id run, const share& solvers) {
  run_block part{from.number, from.host, from.remote, solvers, {}};
  part.places.reserve(solvers.count);
  auto next = solvers.first;
  for (std::uint32_t slot = 0; part.places.size() < solvers.count; ++slot)
    if (auto& its = from.slots[slot]; its.run.value == 0) {
      its = {run, next};
      part.places.push_back({next++, slot, 1});
    }
  from.taken += solvers.count;
  return part;
}

void place_table::release(run_id run, node_number number) {
  const auto found = nodes_.find(number);
  if (found == nodes_.end())
    return;
  for (auto& its : found->second.slots)
    if (its.run == run) {
      its = {};
      --found->second.taken;
    }
}

std::vector<run_id> place_table::runs_on(node_number number) const {
  std::vector<run_id> runs;
  if (const auto* its = find(number))
    for (const auto& each : its->slots)
      if (each.run.value != 0)
        runs.push_back(each.run);
  std::ranges::sort(runs);
  const auto rest = std::ranges::unique(runs);
  runs.erase(rest.begin(), rest.end());
  return runs;
}

std::vector<node_number> place_table::free_and_draining() const {
  std::vector<node_number> found;
  if (are_some_draining())
    for (const auto& [number, its] : nodes_)
      if (its.state == node_state::draining && its.taken == 0)
        found.push_back(number);
  return found;
}

std::string title_of(const place_table::node& node) {
  return to_string(node.number) +
         (node.name.empty() ? " on " + node.host : " (" + node.name + " on " + node.host + ')');
}

} // namespace lockstep
