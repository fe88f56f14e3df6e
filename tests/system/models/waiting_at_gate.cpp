// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <unistd.h>

#include <filesystem>
#include <string>

// One step in which solver 1 waits until a file is there or it is asked to stop, then a plan that
// waits for another file.

namespace waiting_at_gate {

namespace fs = std::filesystem;

struct solver {
  explicit solver(const lockstep::seat& seat) : index(seat.index) {}

  int pass(const std::string& gate, lockstep::step_context& step) const {
    if (index != 1)
      return 0;
    step.progress(0.25, "at the gate");
    while (!fs::exists(gate) && !step.cancelled())
      ::usleep(1'000);
    return 1;
  }

  std::size_t index;
};

lockstep::json plan(lockstep::team<solver>& team) {
  const std::string gate = team.params().at("gate");
  team.broadcast<&solver::pass>(gate);
  while (!fs::exists(gate + ".plan") && !team.cancelled())
    ::usleep(1'000);
  return nullptr;
}

} // namespace waiting_at_gate

LOCKSTEP_MODEL("waiting_at_gate", waiting_at_gate::solver, waiting_at_gate::plan,
               "Solver 1 waits for a file, then the plan for another",
               lockstep::text("gate", "", "the file; the plan's ends in .plan"))
