// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/run_engine/simulated_head.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>

namespace lockstep {

TEST(run_simulation, the_invariants_hold_in_any_order_of_answers_deaths_and_orders) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    try {
      simulated_head{seed}.live(400);
    } catch (const std::exception& broken) {
      FAIL() << "seed " << seed << ": " << broken.what();
    }
  }
}

} // namespace lockstep
