// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/run_history.hpp"
#include "actors/plan/plan_launcher.hpp"
#include "actors/rules/run/run_commands.hpp"
#include "actors/wire/handles.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

namespace lockstep {

/// Between the run engine and the plans of runs: begins them, hands their calls in and the answers
/// out. A plan that was given up goes on here until its thread has ended. Part of a controller, for
/// its thread only.
class plan_desk {
public:
  using teller = std::function<void(run_engine_event)>;

  plan_desk(controller_actor::pointer self, std::shared_ptr<plan_launcher> launcher,
            run_history& history, std::uint64_t payload_limit, teller tell)
      : self_(self), launcher_(std::move(launcher)), history_(history),
        payload_limit_(payload_limit), tell_(std::move(tell)) {}
  plan_desk(const plan_desk&) = delete;
  plan_desk& operator=(const plan_desk&) = delete;

  void obey(run_commands::begin_plan& what);
  void obey(run_commands::answer_plan& what);
  void obey(const run_commands::stop_plan& what) { launcher_->order(what.run, plan_order::stop); }
  void obey(const run_commands::give_plan_up& what) {
    launcher_->order(what.run, plan_order::given_up);
  }

  caf::result<plan_answer> asked(plan_call& call);

  /// The last that is heard of a plan.
  void ended(plan_ended& how);

private:
  controller_actor::pointer self_;
  std::shared_ptr<plan_launcher> launcher_;
  run_history& history_;
  std::uint64_t payload_limit_;
  teller tell_;
  std::map<std::uint64_t, caf::typed_response_promise<plan_answer>> calls_;
  std::uint64_t last_call_ = 0;
};

} // namespace lockstep
