// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

// A solver and a plan that nobody registered: the line with LOCKSTEP_MODEL was forgotten.

namespace no_model {

struct solver {
  explicit solver(const lockstep::seat&) {}
  int one() { return 1; }
};

[[gnu::used]] lockstep::json plan(lockstep::team<solver>& solvers) {
  return solvers.broadcast<&solver::one>();
}

} // namespace no_model
