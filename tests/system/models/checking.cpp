// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <unistd.h>

#include <string>

// A model whose check returns once a file is there.

namespace checking {

struct solver {
  explicit solver(const lockstep::seat&) {}
};

void plan(lockstep::team<solver>&) {}

std::string wait_for_gate(const lockstep::json& parameters) {
  const std::string gate = parameters.at("gate");
  while (::access(gate.c_str(), F_OK) != 0)
    ::usleep(1'000);
  return {};
}

} // namespace checking

LOCKSTEP_MODEL("checking", checking::solver, checking::plan, "Waits before it runs",
               lockstep::text("gate", "/", "the file"), lockstep::check(checking::wait_for_gate))
