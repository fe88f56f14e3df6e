// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_course.hpp"

#include "actors/wire/limits.hpp"
#include "actors/wire/message_bytes.hpp"

#include <chrono>
#include <memory>
#include <utility>

// The steps of a run: what the plan asks for, and what it is answered.

namespace lockstep {

using namespace run_commands;

namespace {

step_failure too_large(const step_call& call, std::size_t bytes) {
  step_failure failed;
  failed.step = call.name;
  failed.type = "payload_too_large";
  failed.text = "the arguments for one node have " + std::to_string(bytes) +
                " bytes together, over the limit of " + std::to_string(limits::message_bytes) +
                " bytes";
  return failed;
}

/// What a call is answered at once where it cannot be carried out.
std::optional<step_failure> refusal(const step_call& call, std::size_t solvers,
                                    const std::optional<step_failure>& broken) {
  step_failure failed;
  if (broken) {
    failed = *broken;
  } else if (call.time_limit && call.time_limit->count() <= 0) {
    failed.type = "time_limit";
    failed.text = "the limit of " + std::to_string(call.time_limit->count()) +
                  " ms was over before the step began";
  } else if (auto fault = fault_of(call, solvers)) {
    failed.type = "wrong_arguments";
    failed.text = std::move(*fault);
  } else {
    return std::nullopt;
  }
  failed.step = call.name;
  return failed;
}

} // namespace

void run_course::on(run_events::plan_called& what, reaction& then) {
  const answer_plan cancelled{run_, what.call, cancelled_tag{}};
  auto* since = std::get_if<plans_turn>(&turn_);
  if (since == nullptr)
    return then.order(cancelled); // it has a call that is not answered yet, or is over
  then.order(between_steps{run_, since->length(then.now, what.before), what.before});
  if (!plan_began_)
    plan_began_ = since->beginning(then.now, what.before);
  since->since = then.now;
  if (state_ == run_state::cancelling)
    return then.order(cancelled);
  if (auto failed = refusal(what.step, solvers_, broken_))
    return then.order(answer_plan{run_, what.call, std::move(*failed)});
  patience_.solvers_turn();
  if (state_ == run_state::paused)
    turn_ = held{std::move(what), then.now};
  else
    begin_step(std::move(what), then);
}

void run_course::begin_step(run_events::plan_called asked, reaction& then) {
  auto call = std::make_shared<step_call>(std::move(asked.step));
  auto arguments = std::exchange(call->arguments, {});
  if (call->time_limit == std::chrono::milliseconds::max())
    call->time_limit.reset();
  step_metrics metrics;
  metrics.number = ++step_number_;
  metrics.name = call->name;
  metrics.kind = to_string(call->kind);
  metrics.began = std::chrono::duration<double>(then.now - *plan_began_).count();
  for (const auto& each : arguments)
    metrics.bytes_out += each.size();
  if (call->kind == step_kind::broadcast || call->kind == step_kind::reduce)
    metrics.bytes_out *= solvers_;
  std::vector<share> shares;
  shares.reserve(parts_.size());
  for (auto& its : parts_) {
    its.attempt = 1;
    shares.push_back(its.solvers);
  }
  auto owed = answers_owed(*call, arguments.size(), shares, solvers_);
  auto& all = turn_.emplace<run_fan_out>(asked.call, std::move(metrics), std::move(owed), then.now);
  then.commands.reserve(then.commands.size() + parts_.size() + 1);
  then.order(step_begun{run_, all.metrics()});
  std::vector<run_events::node_answered> not_asked;
  for (const auto& next : all.begin()) {
    const auto node = parts_[next.member].node;
    auto its = arguments_for(next, call->kind, arguments);
    if (const auto bytes = bytes_in_message(its); bytes > limits::message_bytes)
      not_asked.push_back({run_, node, all.number(), 1, {}, {}, 0, too_large(*call, bytes)});
    else
      then.order(ask_node{run_, node, all.number(), 1, call, std::move(its)});
  }
  for (auto& each : not_asked)
    on(each, then);
}

void run_course::finish_step(std::uint64_t call, run_fan_out::result ended, reaction& then) {
  begin_plans_turn(then);
  step_over told{run_, std::move(ended.metrics), !ended.failed};
  // A step that was asked to stop and returned has an answer; one that was killed has none.
  step_outcome outcome = cancelled_tag{};
  if (!ended.failed) {
    outcome = std::move(ended.answers);
  } else if (state_ != run_state::cancelling) {
    told.failed = *ended.failed;
    outcome = std::move(*ended.failed);
  }
  then.order(std::move(told));
  then.order(answer_plan{run_, call, std::move(outcome)});
}

} // namespace lockstep
