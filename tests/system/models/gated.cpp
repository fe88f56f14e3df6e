// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

// A library that comes up only once the file that LOCKSTEP_TEST_GATE names is there, and not even
// then if "throw" stands in it. It adds a letter to a file beside it each time.

namespace gated {

struct solver {
  explicit solver(const lockstep::seat&) {}
};

void plan(lockstep::team<solver>&) {}

bool pass_gate() {
  const char* named = std::getenv("LOCKSTEP_TEST_GATE");
  if (named == nullptr)
    return true;
  const std::string gate{named};
  std::ofstream{gate + ".tries", std::ios::app} << 't';
  std::string word;
  while (!(std::ifstream{gate} >> word))
    ::usleep(1'000);
  if (word == "throw")
    throw std::runtime_error("the gate is shut");
  return true;
}

[[gnu::used]] const bool has_passed = pass_gate();

} // namespace gated

LOCKSTEP_MODEL("gated", gated::solver, gated::plan)
