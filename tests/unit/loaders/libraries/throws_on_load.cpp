// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <stdexcept>

// A model with a static initialiser that throws, as one does that reads a file which is not there.

namespace throws_on_load {

struct solver {
  explicit solver(const lockstep::seat&) {}
};

void plan(lockstep::team<solver>&) {}

int value_of_a_missing_file() {
  throw std::runtime_error("the table of constants is missing");
}

[[gnu::used]] const int constant = value_of_a_missing_file();

} // namespace throws_on_load

LOCKSTEP_MODEL("throws_on_load", throws_on_load::solver, throws_on_load::plan)
