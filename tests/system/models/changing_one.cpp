// SPDX-License-Identifier: BSD-3-Clause

// One of two builds of a model, as if its source had changed in between.
#ifndef LOCKSTEP_TEST_BUILD
#define LOCKSTEP_TEST_BUILD 1
#endif

#include <lockstep/model.hpp>

#include <string>

namespace changing {

/// Data that is one for all who see it, and code: both must be of this build.
inline const std::string build_text = std::to_string(LOCKSTEP_TEST_BUILD);

struct solver {
  explicit solver(const lockstep::seat&) {}
  int which() { return std::stoi(build_text); }
};

lockstep::json plan(lockstep::team<solver>& team) {
  return {{"plan", std::stoi(build_text)}, {"solvers", team.broadcast<&solver::which>()}};
}

} // namespace changing

LOCKSTEP_MODEL("changing", changing::solver, changing::plan,
               "build " + std::to_string(LOCKSTEP_TEST_BUILD))
