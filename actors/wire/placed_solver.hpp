// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>

namespace lockstep {

/// Where a solver of a run is on its node.
struct placed_solver {
  std::uint64_t solver = 0;      ///< its index in the run
  std::uint32_t slot = 0;        ///< of the node, 0 … slots-1
  std::uint64_t incarnation = 1; ///< counts how often the solver is constructed in its run, from 1
  friend bool operator==(const placed_solver&, const placed_solver&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, placed_solver& x) {
  return f.object(x).fields(f.field("solver", x.solver), f.field("slot", x.slot),
                            f.field("incarnation", x.incarnation));
}

} // namespace lockstep
