// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/observer_list.hpp"
#include "actors/controller/run_history.hpp"
#include "actors/rules/run/run_commands.hpp"
#include "actors/wire/handles.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace lockstep {

/// Writes down what the run engine says of runs, tells it to whoever watches, and answers whoever
/// waits for a run's end. Part of a controller, for its thread only.
class run_chronicle {
public:
  /// `settled` is told the number of each wait that nobody has to end any more.
  run_chronicle(controller_actor::pointer self, run_history& history, observer_list& observers,
                std::function<void(std::uint64_t)> settled)
      : self_(self), history_(history), observers_(observers), settled_(std::move(settled)) {}

  void obey(const run_commands::run_changed& what);
  void obey(const run_commands::run_placed& what);
  void obey(const run_commands::cancel_noted& what);
  void obey(const run_commands::step_begun& what);
  void obey(const run_commands::step_over& what);
  void obey(const run_commands::between_steps& what);

  /// A plan's report.
  void take_report(run_id id, json_text& report);

  /// Its result once it is over, unless `wait_over` is told before with the same number, which is
  /// new; with number 0, at once or not at all. Errors no_such_run, not_finished.
  caf::result<run_result> result_of(run_id id, std::uint64_t wait);
  [[nodiscard]] bool is_waited_for(std::uint64_t wait) const { return waits_.contains(wait); }
  void wait_over(std::uint64_t wait);

  /// Once it is over. Error no_such_run.
  caf::result<void> end_of(run_id id);

private:
  struct result_wait {
    run_id run;
    caf::typed_response_promise<run_result> promise;
  };

  void settle_waits(const run_record& run);

  controller_actor::pointer self_;
  run_history& history_;
  observer_list& observers_;
  std::function<void(std::uint64_t)> settled_;
  std::map<std::uint64_t, result_wait> waits_;
  std::multimap<run_id, caf::typed_response_promise<void>> end_waits_;
};

} // namespace lockstep
