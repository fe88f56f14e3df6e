// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/run_chronicle.hpp"

#include "actors/rules/history/run_metrics.hpp"

#include <chrono>
#include <utility>

namespace lockstep {

void run_chronicle::obey(const run_commands::run_changed& what) {
  auto* run = history_.find(what.run);
  if (run == nullptr)
    return;
  const bool is_constructed = run->state == run_state::starting;
  run->state = what.state;
  if (what.failed)
    run->failed = what.failed;
  if (!is_over(run->state)) {
    observers_.tell(run->id, events::run_changed{run->state});
    if (is_constructed && run->state == run_state::running)
      observers_.tell(run->id, events::run_started{run->solvers});
    return;
  }
  run->finished_at = std::chrono::system_clock::now();
  run->under_way.reset();
  run->nodes.clear();
  history_.finish(*run);
  observers_.tell(run->id, events::run_finished{run->state, run->failed});
  settle_waits(*run);
}

void run_chronicle::obey(const run_commands::run_placed& what) {
  auto& run = *history_.find(what.run);
  run.started_at = std::chrono::system_clock::now();
  run.solvers = what.solvers;
  run.nodes = what.nodes;
  history_.place(run, what.nodes, what.groups);
}

void run_chronicle::obey(const run_commands::cancel_noted& what) {
  if (auto& why = history_.find(what.run)->why_cancelled; why.empty())
    why = what.why;
}

void run_chronicle::obey(const run_commands::step_begun& what) {
  auto& run = *history_.find(what.run);
  const auto& its = what.metrics;
  run.step_number = its.number;
  run.under_way = {its.number, its.name, its.kind};
  if (observers_.are_steps_watched())
    observers_.tell(what.run, events::step_started{its.number, its.name, its.kind});
}

void run_chronicle::obey(const run_commands::step_over& what) {
  auto& run = *history_.find(what.run);
  run.under_way.reset();
  if (observers_.are_steps_watched())
    observers_.tell(what.run, events::step_finished{what.metrics, what.failed});
  if (what.whole)
    add_step(run.metrics, what.metrics);
  history_.add_step(run, what.metrics);
}

void run_chronicle::obey(const run_commands::between_steps& what) {
  add_between(history_.find(what.run)->metrics, what.seconds, what.spent.plan, what.spent.reduce);
}

void run_chronicle::take_report(run_id id, json_text& report) {
  auto* run = history_.find(id);
  if (run == nullptr || is_over(run->state))
    return;
  const auto number = run->reports.total();
  observers_.tell(id, events::report{number, history_.add_report(*run, std::move(report))});
}

caf::result<run_result> run_chronicle::result_of(run_id id, std::uint64_t wait) {
  const auto* run = history_.find(id);
  if (run == nullptr)
    return caf::make_error(errc::no_such_run);
  if (is_over(run->state))
    return lockstep::result_of(*run);
  if (wait == 0)
    return caf::make_error(errc::not_finished,
                           "run " + to_string(id) + " is " + to_string(run->state));
  auto promise = self_->make_response_promise<run_result>();
  waits_[wait] = {id, promise};
  return promise;
}

void run_chronicle::wait_over(std::uint64_t wait) {
  if (auto found = waits_.extract(wait); !found.empty())
    found.mapped().promise.deliver(caf::make_error(errc::not_finished));
}

caf::result<void> run_chronicle::end_of(run_id id) {
  const auto* run = history_.find(id);
  if (run == nullptr)
    return caf::make_error(errc::no_such_run);
  auto promise = self_->make_response_promise<void>();
  if (is_over(run->state))
    promise.deliver();
  else
    end_waits_.emplace(id, promise);
  return promise;
}

void run_chronicle::settle_waits(const run_record& run) {
  for (auto i = waits_.begin(); i != waits_.end();) {
    if (i->second.run != run.id) {
      ++i;
      continue;
    }
    settled_(i->first);
    i->second.promise.deliver(lockstep::result_of(run));
    i = waits_.erase(i);
  }
  const auto [first, last] = end_waits_.equal_range(run.id);
  for (auto i = first; i != last; ++i)
    i->second.deliver();
  end_waits_.erase(first, last);
}

} // namespace lockstep
