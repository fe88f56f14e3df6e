// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/plan/plan_launcher.hpp"
#include "actors/plan/plan_link.hpp"
#include "platform/process/child_watcher.hpp"
#include "platform/process/process_template.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace lockstep {

/// Each plan as a process of its own, a copy of this program that was started ahead: one that
/// crashes, calls exit or eats all memory fails its run and nothing else, and one that does not
/// stop is killed. When the end of a plan is told to the controller its process is reaped, whatever
/// it had started has ended, and all that it printed was passed on.
class plan_processes final : public plan_launcher {
public:
  /// Told on the watcher's thread what a plan has printed.
  using printer = std::function<void(run_id, std::string_view)>;

  /// `children` must adopt orphans. It and `system` must outlive this, and the watcher must have
  /// ended before this is destroyed.
  plan_processes(caf::actor_system& system, child_watcher& children, printer print);

  void begin(plan_start start, const controller_actor& controller) override;
  void order(run_id run, plan_order what) override;
  void ended(run_id run) override;

private:
  struct plan {
    child_watcher::child_key key;
    plan_link link;
  };

  void tell_end(const plan_link& link, const child_exit& how, std::string last_output);

  caf::actor_system& system_;
  child_watcher& children_;
  printer print_;
  process_template template_;    ///< the watcher's thread only
  std::map<run_id, plan> plans_; ///< the controller's thread only
};

} // namespace lockstep
