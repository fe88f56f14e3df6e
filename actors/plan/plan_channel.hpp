// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/plan_messages.hpp"

namespace lockstep {

/// How a plan reaches its controller. For the thread of the plan; order() for any of its threads.
class plan_channel {
public:
  plan_channel() = default;
  virtual ~plan_channel() = default;
  plan_channel(const plan_channel&) = delete;
  plan_channel& operator=(const plan_channel&) = delete;

  /// Has a step done. Returns at its barrier. Never throws: what went wrong is an answer.
  virtual plan_answer ask(plan_call call) = 0;

  virtual void report(run_id run, json_text what) = 0;

  /// What is wanted of the plan now.
  [[nodiscard]] virtual plan_order order() = 0;
};

} // namespace lockstep
