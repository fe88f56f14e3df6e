// SPDX-License-Identifier: BSD-3-Clause

#include "actors/embedded/embedded.hpp"
#include "actors/system/liveness.hpp"
#include "actors/system/system_configuration.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <gtest/gtest.h>

#include <latch>

// Real threads, no simulation.

namespace lockstep {

namespace {

constexpr std::chrono::milliseconds patience{20};

} // namespace

TEST(liveness, a_controller_that_does_its_work_answers_and_one_that_is_gone_does_not) {
  prepare_caf();
  caf::actor_system_config configuration;
  caf::actor_system system{configuration};
  const auto controller = spawn_embedded(system, 1);
  EXPECT_TRUE(answers(system, controller, std::chrono::seconds{10}));
  caf::scoped_actor self{system};
  caf_compat::request(self.ptr(), controller, caf::infinite, shut_down{})
      .receive([] {}, [](const caf::error& why) { FAIL() << caf::to_string(why); });
  self->wait_for(controller);
  EXPECT_FALSE(answers(system, controller, std::chrono::seconds{10}));
}

TEST(liveness, an_actor_whose_thread_hangs_does_not_answer_until_it_goes_on) {
  prepare_caf();
  caf::actor_system_config configuration;
  caf::actor_system system{configuration};
  std::latch go_on{1};
  const auto hung = system.spawn<caf::detached>([&go_on](caf::event_based_actor*) {
    go_on.wait();
    return caf::behavior{[](const read_worker_output&) { return output_tail{}; }};
  });
  const auto node = caf::actor_cast<node_actor>(caf::actor_cast<caf::strong_actor_ptr>(hung));
  EXPECT_FALSE(answers(system, node, patience));
  go_on.count_down();
  EXPECT_TRUE(answers(system, node, std::chrono::seconds{10}));
  caf::anon_send_exit(hung, caf::exit_reason::user_shutdown);
}

} // namespace lockstep
