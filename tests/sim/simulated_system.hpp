// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/system/system_configuration.hpp"

#if CAF_MAJOR_VERSION >= 1
#include <caf/detail/test_coordinator.hpp>
#else
#include <caf/scheduler/test_coordinator.hpp>
#endif

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>

namespace lockstep {

/// An actor system under CAF's deterministic scheduler: nothing happens but by `run`, and time
/// stands still but by `advance`. Which of several ready actors goes next is drawn from a seed.
class simulated_system {
public:
#if CAF_MAJOR_VERSION >= 1
  using coordinator = caf::detail::test_coordinator;
#else
  using coordinator = caf::scheduler::test_coordinator;
#endif

  explicit simulated_system(std::uint64_t seed = 0)
      : system((prepare_caf(), configuration)), random_(seed) {}

  ~simulated_system() {
    // Pending timeouts hold references to actors.
    while (scheduler().has_pending_timeout()) {
      scheduler().trigger_timeouts();
      run();
    }
    run();
  }
  simulated_system(const simulated_system&) = delete;
  simulated_system& operator=(const simulated_system&) = delete;

  /// Runs ready actors in a drawn order until none is left, or so many of them.
  void run(std::size_t jobs_max = SIZE_MAX) {
    while (jobs_max-- > 0 && scheduler().has_job()) {
      auto& jobs = scheduler().jobs;
      std::swap(jobs.front(), jobs[random_() % jobs.size()]);
      if (dynamic_cast<caf::abstract_actor*>(&*jobs.front()) == counted_)
        ++count_;
      scheduler().run_once(); // one message
    }
  }

  /// How many messages this actor handled since the last call; the first counts from now on.
  std::size_t messages_of(const caf::strong_actor_ptr& actor) {
    counted_ = caf::actor_cast<caf::abstract_actor*>(actor);
    return std::exchange(count_, 0);
  }

  /// Lets time pass, fires what is due, and runs.
  void advance(std::chrono::milliseconds by) {
    scheduler().advance_time(by);
    run();
  }

  /// Timers that have neither fired nor been let go of.
  std::size_t pending_timers() {
#if CAF_MAJOR_VERSION >= 1
    const auto& all = scheduler().clock().actions;
    const auto is_pending = [](const auto& entry) { return !entry.second.disposed(); };
#else
    const auto& all = scheduler().clock().schedule;
    const auto is_pending = [](const auto& entry) { return !entry.second.f.disposed(); };
#endif
    return static_cast<std::size_t>(std::ranges::count_if(all, is_pending));
  }

  coordinator& scheduler() {
    return dynamic_cast<coordinator&>(system.scheduler());
  }

private:
  struct simulated_configuration : caf::actor_system_config {
    simulated_configuration() { set("caf.scheduler.policy", "testing"); }
  };
  simulated_configuration configuration;

public:
  caf::actor_system system;

private:
  std::mt19937_64 random_;
  const caf::abstract_actor* counted_ = nullptr;
  std::size_t count_ = 0;
};

} // namespace lockstep
