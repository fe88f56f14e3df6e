// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/plan/plan_start.hpp"
#include "actors/wire/handles.hpp"

namespace lockstep {

/// Where plans run. A plan that was begun asks the controller for steps (plan_call), reports
/// (run_id, json_text), and its end is told once (plan_ended), however it came.
///
/// For the thread of one controller; none of it may block.
class plan_launcher {
public:
  plan_launcher() = default;
  virtual ~plan_launcher() = default;
  plan_launcher(const plan_launcher&) = delete;
  plan_launcher& operator=(const plan_launcher&) = delete;

  /// Throws std::system_error where the plan cannot run.
  virtual void begin(plan_start start, const controller_actor& controller) = 0;

  /// Tells a plan what is wanted of it; nothing where it is over.
  virtual void order(run_id run, plan_order what) = 0;

  /// The controller has heard of the plan's end.
  virtual void ended(run_id run) = 0;
};

} // namespace lockstep
