// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/plan/plan_launcher.hpp"
#include "actors/plan/plan_link.hpp"
#include "platform/output/captured_output.hpp"
#include "platform/process/child_watcher.hpp"
#include "platform/process/process_template.hpp"

#include <caf/actor_system.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
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

  /// Ends and reaps the template. To be called once the watcher has ended.
  void end() { template_.reset(); }

  void begin(plan_start start, const controller_actor& controller) override;
  void order(run_id run, plan_order what) override;
  void ended(run_id run) override;

private:
  /// The last lines that a person sees beside the failure of a run.
  static constexpr std::size_t last_lines_bytes = 2'000;

  /// One process, from before it has a plan until after its end. The controller's thread gives it
  /// its plan, the watcher's tells what becomes of it.
  struct member {
    child_watcher::child_key key = 0;
    unique_descriptor
        socket;            ///< the head's end, until there is a plan; the controller's thread only
    model_reference model; ///< of its plan; the controller's thread only
    captured_output last_output{last_lines_bytes};
    std::mutex mutex;
    run_id run{};                           ///< guarded by mutex
    std::optional<plan_link> link{};        ///< guarded by mutex
    std::optional<plan_process_exit> end{}; ///< guarded by mutex; kept where there was no plan yet
  };

  std::shared_ptr<member> start_process();
  void prepare_next(const model_reference& model);
  static void tell(member& of, plan_process_exit how);
  void process_ended(const std::shared_ptr<member>& which, const child_exit& how);

  caf::actor_system& system_;
  child_watcher& children_;
  printer print_;
  std::optional<process_template> template_; ///< the watcher's thread only, as long as it lives
  // The controller's thread only:
  std::map<run_id, std::shared_ptr<member>> plans_;
  /// Started ahead, with the library of the plan before; none before the first.
  std::shared_ptr<member> next_;
};

} // namespace lockstep
