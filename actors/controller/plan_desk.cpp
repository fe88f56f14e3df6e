// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/plan_desk.hpp"

#include <string>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

plan_spent spent(const plan_time& told) {
  const auto time = [](std::optional<std::int64_t> ns) -> std::optional<due_time> {
    if (!ns)
      return std::nullopt;
    return due_time{std::chrono::nanoseconds{*ns}};
  };
  return {told.plan, told.reduce, time(told.began_ns), time(told.returned_ns)};
}

plan_answer to_message(step_outcome outcome) {
  plan_answer answer;
  if (auto* answers = std::get_if<std::vector<blob>>(&outcome))
    answer.answers = std::move(*answers);
  else if (auto* failed = std::get_if<step_failure>(&outcome))
    answer.failed = std::move(*failed);
  else
    answer.cancelled = true;
  return answer;
}

/// A result that is too large to be kept and to be fetched ends its run as a failure.
void refuse_result(run_record& run, plan_ended& ended, std::uint64_t bytes_max) {
  if (run.result.bytes() <= bytes_max)
    return;
  if (ended.how == plan_ended::ending::returned) {
    ended.how = plan_ended::ending::failed;
    ended.failed = {};
    ended.failed.type = "result_too_large";
    ended.failed.text = "the result has " + std::to_string(run.result.bytes()) +
                        " bytes, over the limit of " + std::to_string(bytes_max) +
                        " bytes: write large results to a file, or raise --history-bytes of "
                        "`control serve`";
  }
  run.result = {};
}

run_events::plan_over to_event(plan_ended& ended) {
  using ending = run_events::plan_over::ending;
  run_events::plan_over told{ended.run, ending::returned, {}, spent(ended.before)};
  switch (ended.how) {
  case plan_ended::ending::returned:
    break;
  case plan_ended::ending::cancelled:
    told.how = ending::cancelled;
    break;
  case plan_ended::ending::failed:
    told.how = ending::failed;
    told.failed = std::move(ended.failed);
    break;
  }
  return told;
}

} // namespace

void plan_desk::obey(run_commands::begin_plan& what) {
  const auto& run = *history_.find(what.run);
  plan_start start{what.run,
                   run.request.model,
                   run.request.parameters,
                   run.request.seed,
                   what.solvers,
                   payload_limit_,
                   {}};
  for (const auto& group : what.groups)
    start.groups.push_back({group.first, group.count});
  try {
    launcher_->begin(std::move(start), controller_actor{self_});
  } catch (const std::system_error& none) {
    step_failure failed;
    failed.type = "plan_cannot_start";
    failed.text = std::string{"the plan cannot start: "} + none.what();
    tell_(run_events::plan_over{
        what.run, run_events::plan_over::ending::failed, std::move(failed), {}});
  }
}

caf::result<plan_answer> plan_desk::asked(plan_call& call) {
  auto promise = self_->make_response_promise<plan_answer>();
  calls_.emplace(++last_call_, promise);
  tell_(run_events::plan_called{call.run, last_call_, std::move(call.step), spent(call.before)});
  return promise;
}

void plan_desk::obey(run_commands::answer_plan& what) {
  // Before it is answered: the next call may come while it is.
  if (auto asked = calls_.extract(what.call); !asked.empty())
    asked.mapped().deliver(to_message(std::move(what.outcome)));
}

void plan_desk::ended(plan_ended& how) {
  launcher_->ended(how.run);
  auto* run = history_.find(how.run);
  if (run == nullptr || is_over(run->state))
    return; // it was given up
  run->result = std::move(how.result);
  refuse_result(*run, how, history_.result_bytes_max());
  tell_(to_event(how));
}

} // namespace lockstep
