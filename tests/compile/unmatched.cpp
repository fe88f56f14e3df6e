// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

// What no assertion can catch alone: the message shows the cure all the same.

struct solver {
  explicit solver(const lockstep::seat&) {}
  int work(int x) { return x; }
  double work(double x) { return x; }
};

void plan(lockstep::team<solver>& all) {
  all.broadcast<&solver::work>(1); // static_cast<R (S::*)(A)>(&S::f)
}

template <class T, int N, bool Fast>
struct grid {
  explicit grid(const lockstep::seat&) {}
};

void plan_grid(lockstep::team<grid<double, 3, true>>&) {}

LOCKSTEP_MODEL("grid", grid<double, 3, true>, plan_grid) // cuts a name at its commas
