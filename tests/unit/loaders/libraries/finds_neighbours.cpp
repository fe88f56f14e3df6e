// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

// A model that looks for other libraries beside its own, as one does that is linked with
// -rpath '$ORIGIN'.

namespace finds_neighbours {

struct solver {
  explicit solver(const lockstep::seat&) {}
};

void plan(lockstep::team<solver>&) {}

[[gnu::used]] const char runpath[] = "$ORIGIN";

} // namespace finds_neighbours

LOCKSTEP_MODEL("finds_neighbours", finds_neighbours::solver, finds_neighbours::plan)
