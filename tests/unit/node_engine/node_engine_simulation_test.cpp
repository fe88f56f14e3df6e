// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/node_engine/simulated_node.hpp"

namespace lockstep {

TEST(node_engine_simulation, the_invariants_hold_whatever_happens_in_whatever_order) {
  for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulated_node{seed}.live();
    if (testing::Test::HasFailure())
      return;
  }
}

} // namespace lockstep
