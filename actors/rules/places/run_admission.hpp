// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/places/placement.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace lockstep {

/// The places that there are for solvers, and whether there may be more.
struct place_supply {
  std::span<const node_places> nodes; ///< that a new run may use
  bool nodes_can_join = false;        ///< of other machines
  /// Why the node of this machine cannot be started, a sentence; empty while it may be.
  std::string trouble{};
};

/// What a run asks for.
struct place_demand {
  placement_wish wish;
  bool waits = false; ///< until there are enough places, however long
};

enum class admission : std::uint8_t {
  begins, ///< there are places for all its solvers
  waits,  ///< there are none yet
  refused ///< there will not be enough
};

struct admission_decision {
  admission what = admission::waits;
  std::string why{}; ///< refused: a sentence with what there is and what can be done
};

/// Whether a run that is about to wait in the queue can ever begin.
admission_decision on_request(const place_supply& supply, const place_demand& demand);

/// Whether the first run in the queue begins. It waits for places that other runs have; where there
/// are too few in all, it is refused.
admission_decision at_its_turn(const place_supply& supply, const place_demand& demand);

} // namespace lockstep
