// SPDX-License-Identifier: BSD-3-Clause

#include "actors/embedded/embedded.hpp"
#include "actors/system/system_configuration.hpp"

#include <lockstep/model.hpp>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

// Real threads, no simulation: solvers in the process of the program that asks for the run.

namespace {

/// Computes until it is told to stop.
struct stubborn {
  explicit stubborn(const lockstep::seat&) {}

  void compute(lockstep::step_context& step) {
    while (!step.cancelled())
      std::this_thread::yield();
  }
};

lockstep::json too_long(lockstep::team<stubborn>& team) {
  team.within(std::chrono::milliseconds{50}).broadcast<&stubborn::compute>();
  return {};
}

} // namespace

LOCKSTEP_MODEL("stubborn", stubborn, too_long, "Computes until it is told to stop")

namespace lockstep {

TEST(embedded, a_solver_that_is_given_up_is_told_so_and_the_program_can_end) {
  prepare_caf();
  caf::actor_system_config configuration;
  run_result ended;
  {
    caf::actor_system system{configuration};
    caf::scoped_actor self{system};
    const auto controller = spawn_embedded(system, 2);
    const auto fail = [](const caf::error& why) { FAIL() << caf::to_string(why); };
    run_id run;
    caf_compat::request(self.ptr(), controller, caf::infinite, start_run{.model = {"stubborn"}})
        .receive([&](const run_info& queued) { run = queued.run; }, fail);
    caf_compat::request(self.ptr(), controller, caf::infinite,
                        get_result{run, std::chrono::minutes{1}})
        .receive([&](const run_result& result) { ended = result; }, fail);
    caf_compat::request(self.ptr(), controller, caf::infinite, shut_down{}).receive([] {}, fail);
  } // waits for the threads of all actors
  EXPECT_EQ(ended.state, run_state::failed);
  ASSERT_TRUE(ended.failed);
  EXPECT_EQ(ended.failed->type, "time_limit");
}

} // namespace lockstep
