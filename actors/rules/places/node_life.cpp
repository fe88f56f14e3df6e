// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/places/node_life.hpp"

namespace lockstep {

std::optional<node_state> next_state(node_state state, node_life_event event) {
  if (state == node_state::gone)
    return std::nullopt;
  switch (event) {
  case node_life_event::drain_idle:
    return state == node_state::up ? std::optional{node_state::leaving} : std::nullopt;
  case node_life_event::drain_busy:
    return state == node_state::up ? std::optional{node_state::draining} : std::nullopt;
  case node_life_event::barrier:
    return state == node_state::draining ? std::optional{node_state::leaving} : std::nullopt;
  case node_life_event::lost:
    break;
  }
  return node_state::gone;
}

} // namespace lockstep
