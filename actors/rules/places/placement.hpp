// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/places/allotment.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lockstep {

/// A node as a place for solvers.
struct node_places {
  std::string node; ///< for people
  std::size_t slots = 0;
  std::size_t taken{0}; ///< of them, by other runs
};

/// How many solvers a run wants.
struct placement_wish {
  std::size_t solvers = 0;  ///< in all; 0 for all that there are places for
  std::size_t per_node = 0; ///< at most so many on each node; 0 for all its places
};

/// Deals the solvers of a run out in blocks, so that neighbours share machines: one share for each
/// node, in order, of count 0 where it gets none. As if no place were taken. A sentence where there
/// are not enough places, or where `per_node` alone is asked for and a node has fewer.
tl::expected<std::vector<share>, std::string> place_solvers(std::span<const node_places> nodes,
                                                            const placement_wish& wish);

/// The same among the places that are free now; none where there are not enough of them. A run that
/// asks for all places gets all or none.
std::optional<std::vector<share>> place_now(std::span<const node_places> nodes,
                                            const placement_wish& wish);

/// "solver 3 of 8" or "solvers 4 to 7 of 8"
std::string name_of(const share& solvers, std::size_t total);

} // namespace lockstep
