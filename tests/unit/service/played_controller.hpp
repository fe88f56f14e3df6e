// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/sim/simulated_system.hpp"

#include "actors/wire/handles.hpp"

#include <caf/event_based_actor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

/// A controller that is played by a test: it notes in words what it is told. Questions wait until
/// the test answers them, the oldest first.
class played_controller {
public:
  explicit played_controller(simulated_system& world)
      : world_(world), self_(world.system.spawn(played, part_)) {}
  ~played_controller() { caf::anon_send_exit(self_, caf::exit_reason::kill); }
  played_controller(const played_controller&) = delete;
  played_controller& operator=(const played_controller&) = delete;

  [[nodiscard]] controller_actor handle() const { return caf::actor_cast<controller_actor>(self_); }

  /// What it was told since this was asked last.
  std::vector<std::string> told() { return std::exchange(part_->told, {}); }

  /// Whether it leaves who asks for events without an answer.
  void is_slow(bool yes) { part_->is_slow = yes; }

  void answer_watch() {
    act([this] { take(part_->watching).deliver(); });
  }

  /// Nodes, or an error.
  template <class Answer>
  void answer_nodes(Answer what) {
    act([this, what = std::move(what)] { take(part_->listing).deliver(what); });
  }

private:
  struct its_part {
    std::vector<std::string> told;
    bool is_slow = false;
    std::deque<caf::typed_response_promise<void>> watching; ///< who wait for an answer
    std::deque<caf::typed_response_promise<std::vector<node_info>>> listing;
    std::function<void()> deed; ///< what the test wants done next
  };

  static caf::behavior played(caf::event_based_actor* self, const std::shared_ptr<its_part>& part) {
    return {
        [self, part](const watch_events& asked) -> caf::result<void> {
          part->told.emplace_back(asked.with_steps ? "watch steps" : "watch");
          auto promise = self->make_response_promise<void>();
          if (part->is_slow)
            part->watching.push_back(promise);
          else
            promise.deliver();
          return promise;
        },
        [part](const unwatch_events&) { part->told.emplace_back("unwatch"); },
        [part](const cancel_run& asked) {
          part->told.push_back("cancel " + to_string(asked.run) + ": " + asked.why);
          return run_info{.run = asked.run};
        },
        [part](const shut_down& asked) {
          part->told.emplace_back(asked.when_idle ? "shut down when idle" : "shut down");
        },
        [self, part](const list_nodes&) -> caf::result<std::vector<node_info>> {
          part->told.emplace_back("list nodes");
          auto promise = self->make_response_promise<std::vector<node_info>>();
          part->listing.push_back(promise);
          return promise;
        },
        [part](const get_waiting& asked) {
          part->told.push_back("why " + to_string(asked.run) + " waits");
          return run_waiting{.run = asked.run};
        },
        [part](const get_system&) {
          part->told.emplace_back("get system");
          return system_info{};
        },
        [part](caf::ok_atom) { part->deed(); },
    };
  }

  template <class Promise>
  static Promise take(std::deque<Promise>& waiting) {
    auto oldest = std::move(waiting.at(0)); // throws, and so fails the test, where nobody asked
    waiting.pop_front();
    return oldest;
  }

  /// On the actor's thread, with all that follows from it.
  void act(std::function<void()> deed) {
    part_->deed = std::move(deed);
    caf_compat::anon_send(self_, caf::ok_atom_v);
    world_.run();
  }

  simulated_system& world_;
  std::shared_ptr<its_part> part_ = std::make_shared<its_part>();
  caf::actor self_;
};

} // namespace lockstep
