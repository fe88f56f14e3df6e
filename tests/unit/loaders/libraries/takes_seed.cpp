// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

// A model with a parameter that `control run` takes for itself.

namespace takes_seed {

struct solver {
  explicit solver(const lockstep::seat&) {}
};

void plan(lockstep::team<solver>&) {}

} // namespace takes_seed

LOCKSTEP_MODEL("takes_seed", takes_seed::solver, takes_seed::plan, "Random numbers",
               lockstep::integer("rounds", 1, "how many"), lockstep::integer("seed", 1, "of them"))
