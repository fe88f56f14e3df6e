// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

// A plan that asks for two overloads of one name, which no other process could tell apart.

namespace doubled_step {

struct solver {
  explicit solver(const lockstep::seat&) {}
  int grow(int by) { return by; }
  double grow(double by) { return by; }
};

void plan(lockstep::team<solver>& team) {
  team.broadcast<static_cast<int (solver::*)(int)>(&solver::grow)>(1);
  team.broadcast<static_cast<double (solver::*)(double)>(&solver::grow)>(1.0);
}

} // namespace doubled_step

LOCKSTEP_MODEL("doubled_step", doubled_step::solver, doubled_step::plan)
