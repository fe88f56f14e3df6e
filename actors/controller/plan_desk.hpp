#pragma once

#include "actors/controller/run_history.hpp"
#include "actors/plan/plan_start.hpp"
#include "actors/rules/run/run_commands.hpp"
#include "actors/wire/handles.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <thread>

namespace lockstep {

/// Between the run engine and the plans of runs: begins them, hands their calls in and the answers
/// out. A plan that was given up goes on here until its thread has ended. Part of a controller, for
/// its thread only.
class plan_desk {
public:
  using teller = std::function<void(run_engine_event)>;

  plan_desk(controller_actor::pointer self, plan_launcher launch, run_history& history,
            std::uint64_t payload_limit, teller tell)
      : self_(self), launch_(std::move(launch)), history_(history), payload_limit_(payload_limit),
        tell_(std::move(tell)) {}
  /// A plan that computes on its own cannot be ended; whoever owns the process ends it.
  ~plan_desk();
  plan_desk(const plan_desk&) = delete;
  plan_desk& operator=(const plan_desk&) = delete;

  void obey(run_commands::begin_plan& what);
  void obey(run_commands::answer_plan& what);
  void obey(const run_commands::stop_plan& what) { order(what.run, plan_order::stop); }
  void obey(const run_commands::give_plan_up& what) { order(what.run, plan_order::given_up); }

  caf::result<plan_answer> asked(plan_call& call);

  /// The last thing that a plan does.
  void ended(plan_ended& how);

private:
  struct plan {
    std::shared_ptr<std::atomic<plan_order>> order;
    std::thread thread; ///< where it needs one
  };

  void order(run_id run, plan_order what);

  controller_actor::pointer self_;
  plan_launcher launch_;
  run_history& history_;
  std::uint64_t payload_limit_;
  teller tell_;
  std::map<run_id, plan> plans_;
  std::map<std::uint64_t, caf::typed_response_promise<plan_answer>> calls_;
  std::uint64_t last_call_ = 0;
};

} // namespace lockstep
