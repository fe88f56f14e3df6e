// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/plan/plan_launcher.hpp"

#include <caf/actor_system.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <thread>

namespace lockstep {

/// Runs each plan on a thread of its own in this process: for a program that embeds Lockstep. A
/// plan that was given up goes on until it returns of itself; `system` must outlive it.
class plan_threads final : public plan_launcher {
public:
  explicit plan_threads(caf::actor_system& system) : system_(system) {}
  /// A plan that computes on its own cannot be ended; whoever owns the process ends it.
  ~plan_threads() override;

  void begin(plan_start start, const controller_actor& controller) override;
  void order(run_id run, plan_order what) override;
  void ended(run_id run) override;

private:
  struct plan {
    std::shared_ptr<std::atomic<plan_order>> order;
    std::thread thread;
  };

  caf::actor_system& system_;
  std::map<run_id, plan> plans_;
};

} // namespace lockstep
