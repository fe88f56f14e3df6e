// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/payload/payload_link.hpp"
#include "actors/wire/handles.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace lockstep {

/// How a controller reaches a node. What state it is in, and who has its places, the run engine
/// knows.
struct known_node {
  node_number number;
  node_description description;
  node_actor handle;                  ///< empty once it is gone
  std::shared_ptr<payload_link> link; ///< null where it is on this machine, or gone
};

/// The nodes of a controller, those that are gone too while they are shown.
struct node_roster {
  std::map<node_number, known_node> nodes;

  /// Null where it is gone.
  [[nodiscard]] known_node* up(node_number number) {
    const auto found = nodes.find(number);
    return found != nodes.end() && found->second.handle ? &found->second : nullptr;
  }

  [[nodiscard]] std::vector<const known_node*> all_up() const {
    std::vector<const known_node*> found;
    for (const auto& [number, node] : nodes)
      if (node.handle)
        found.push_back(&node);
    return found;
  }

  /// Of its first slot, in the list of all slots that there are.
  [[nodiscard]] std::uint64_t first_position_of(node_number number) const {
    std::uint64_t position = 0;
    for (const auto* node : all_up()) {
      if (node->number == number)
        break;
      position += node->description.slot_cores.size();
    }
    return position;
  }
};

} // namespace lockstep
