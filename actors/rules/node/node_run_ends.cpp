// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/node_run.hpp"

#include "actors/wire/limits.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

// What ends a run's part before its time: a worker that died or cannot start, a limit, a cancel.

namespace lockstep {

void node_run::worker_ended(const node_events::worker_ended& end, run_id served) {
  lost_worker_ = lost_worker_ || served.value != 0;
  if (has_no_solvers())
    return;
  const auto found = std::ranges::find(part_.solvers, end.worker.slot, &placed_solver::slot);
  const auto member = static_cast<std::size_t>(found - part_.solvers.begin());
  auto failed = failure_of(member);
  failed.type = "worker_died";
  failed.text = "the solver's process " + end.text;
  failed.signal = end.signal;
  failed.exit_code = end.exit_code;
  failed.log = end.log;
  break_run(member, std::move(failed));
}

void node_run::fail_if_hopeless() {
  if (now_ != phase::waiting)
    return;
  for (std::size_t i = 0; i < part_.solvers.size(); ++i) {
    const auto slot = part_.solvers[i].slot;
    if (slots_.is_usable(slot) || !starts_.is_hopeless(slot))
      continue;
    auto failed = failure_of(i);
    failed.type = "worker_cannot_start";
    failed.text = "the worker of slot " + std::to_string(slot) + ' ' + starts_.why(slot);
    failed.log = starts_.log(slot);
    return break_run(i, std::move(failed));
  }
}

void node_run::on(const node_events::cancel_asked& asked) {
  slots_.ask_to_stop(part_, std::numeric_limits<std::uint64_t>::max());
  orders_.set({node_deadline::kind::grace, part_.run.value}, asked.grace);
}

void node_run::workers_are_late() {
  if (now_ != phase::waiting)
    return;
  const auto in_time = " in " + std::to_string(limits::worker_start.count()) + " ms";
  const auto late = std::ranges::find_if(
      part_.solvers, [this](const auto& its) { return !slots_.is_usable(its.slot); });
  if (late == part_.solvers.end())
    return fail_late({}, "what the run before has left behind did not end" + in_time);
  fail_late(static_cast<std::size_t>(late - part_.solvers.begin()),
            "the worker of slot " + std::to_string(late->slot) + " did not start" + in_time);
}

void node_run::step_is_late() {
  if (now_ != phase::computing)
    return;
  const auto late = share_->unanswered();
  fail_late(late.empty() ? 0 : late.front(),
            std::to_string(late.size()) + " of " + std::to_string(part_.solvers.size()) +
                " solvers did not answer within the limit of " +
                std::to_string(share_->asked().time_limit_ms) + " ms");
}

void node_run::fail_late(std::optional<std::size_t> member, std::string why) {
  auto failed = failure_of(member);
  failed.type = "time_limit";
  failed.text = std::move(why);
  slots_.evict_computing(part_);
  break_run(member.value_or(0), std::move(failed));
}

void node_run::grace_is_over() {
  orders_.add(node_commands::give_up_sending{part_.run});
  if (request_ == 0)
    return;
  slots_.evict_computing(part_);
  auto failed = failure_of({});
  failed.type = "cancelled";
  failed.text = "the run was cancelled, and its solvers did not return in time";
  break_run(0, std::move(failed));
}

void node_run::break_run(std::size_t member, step_failure why) {
  if (!why_broken_)
    why_broken_ = why;
  if (share_) {
    share_->give_up(member, std::move(why));
    slots_.ask_to_stop(part_, std::numeric_limits<std::uint64_t>::max());
    settle();
  } else if (request_ != 0) {
    orders_.remove({node_deadline::kind::workers, part_.run.value});
    deliver({request_, part_.run, {}, {}, 0, std::move(why), true});
  } else {
    now_ = phase::broken;
  }
}

step_failure node_run::failure_of(std::optional<std::size_t> member) const {
  step_failure failed;
  if (member)
    failed.solver = part_.solvers[*member].solver;
  failed.node = orders_.node();
  if (share_)
    failed.step = share_->asked().text->name;
  else if (request_ != 0)
    failed.step = step_share::name_of_construction;
  return failed;
}

} // namespace lockstep
