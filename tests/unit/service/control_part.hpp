// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/sim/simulated_system.hpp"
#include "tests/unit/service/kept_audit.hpp"
#include "tests/unit/service/played_controller.hpp"
#include "tests/unit/service/recorded_answers.hpp"

#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/control_handle.hpp"

#include <caf/stateful_actor.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace lockstep {

/// The state of a control actor that is nothing but one part, with which it does what a test says.
template <class Part>
class control_part_state {
public:
  using deed = std::function<void(Part&)>;

  template <class... Ts>
  control_part_state(control_actor::pointer self, std::shared_ptr<deed> next, Ts&&... made_of)
      : next_(std::move(next)), part_(self, std::forward<Ts>(made_of)...) {}

  control_actor::behavior_type make_behavior() {
    return {
        [](std::uint64_t, std::uint64_t, std::uint8_t, const json&, const std::string&,
           const std::string&) {},
        [this](connection_closed) { (*next_)(part_); },
        [](starter_left) { return wanted_runs{}; },
        [](const event&) {},
        [](check_purpose) {},
    };
  }

private:
  std::shared_ptr<deed> next_;
  Part part_;
};

/// What a part of a control actor stands among.
struct surroundings {
  simulated_system world;
  played_controller controller{world};
  recorded_answers clients;
  kept_audit audit;
  call_answers answers{clients, audit.log()};
};

/// One part of a control actor on that actor's thread, with clients and a controller that are the
/// test's own. Time stands still but by `world.advance`.
template <class Part>
class control_part : public surroundings {
public:
  /// The part is made of the actor, its surroundings, and these.
  template <class... Ts>
  explicit control_part(Ts... more) {
    surroundings& among = *this;
    control_ =
        world.system.spawn<caf::stateful_actor<control_part_state<Part>, control_actor::base>>(
            next_, std::ref(among), more...);
    world.run();
  }
  ~control_part() {
    caf::anon_send_exit(control_, caf::exit_reason::kill);
    world.run();
  }
  control_part(const control_part&) = delete;
  control_part& operator=(const control_part&) = delete;

  /// On the actor's thread, with all that follows from it.
  void act(std::function<void(Part&)> deed) {
    bool done = false;
    *next_ = [&](Part& part) {
      deed(part);
      done = true;
    };
    caf_compat::anon_send(control_, connection_closed{});
    world.run();
    EXPECT_TRUE(done) << "the actor has ended";
  }

private:
  std::shared_ptr<std::function<void(Part&)>> next_ =
      std::make_shared<std::function<void(Part&)>>();
  control_actor control_;
};

} // namespace lockstep
