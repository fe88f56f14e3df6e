#include "actors/controller/controller_actor.hpp"

#include "actors/wire/message_bytes.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

// The steps of a controller: fan out to the nodes, join their answers, answer the plan.

namespace lockstep {

namespace {

std::uint64_t bytes_of(const std::vector<blob>& blobs) {
  return std::accumulate(blobs.begin(), blobs.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const blob& one) { return sum + one.size(); });
}

/// Each node's share of a step. Consumes the arguments.
std::vector<node_step> shares_of(step_call& call, const std::vector<share>& solvers, run_id run,
                                 std::uint64_t number, bool watched) {
  auto arguments = solvers;
  if (call.kind == step_kind::map) {
    std::vector<std::size_t> counts;
    counts.reserve(solvers.size());
    for (const auto& its : solvers)
      counts.push_back(its.count);
    arguments = allot_items(counts, call.arguments.size());
  }
  std::vector<node_step> shares;
  for (const auto& its : arguments) {
    node_step next{run,        number,    call.kind,
                   call.key,   call.name, call.operation,
                   call.chunk, {},        call.time_limit ? call.time_limit->count() : 0,
                   watched};
    if (call.kind == step_kind::broadcast || call.kind == step_kind::reduce)
      next.arguments = call.arguments;
    else
      for (std::size_t i = 0; i < its.count; ++i)
        next.arguments.push_back(std::move(call.arguments.at(its.first + i)));
    shares.push_back(std::move(next));
  }
  return shares;
}

} // namespace

caf::result<plan_answer> controller_actor_state::plan_asks(plan_call& call) {
  plan_answer answer;
  if (!active_ || active_->id != call.run || active_->under_way) {
    answer.cancelled = true;
    return answer;
  }
  end_plans_turn(call.before);
  if (active_->is_cancelled()) {
    answer.cancelled = true;
    return answer;
  }
  if (active_->broken) {
    answer.failed = active_->broken;
    answer.failed->step = call.step.name;
    return answer;
  }
  if (call.step.time_limit && call.step.time_limit->count() <= 0) {
    answer.failed.emplace();
    answer.failed->step = call.step.name;
    answer.failed->type = "time_limit";
    answer.failed->text = "the limit of " + std::to_string(call.step.time_limit->count()) +
                          " ms was over before the step began";
    return answer;
  }
  active_->patience.solvers_turn();
  held_call asked{std::move(call), self_->make_response_promise<plan_answer>()};
  auto promise = asked.promise;
  if (find(active_->id)->state == run_state::paused)
    active_->held = std::move(asked);
  else
    begin_step(std::move(asked));
  return promise;
}

void controller_actor_state::end_plans_turn(const plan_time& told) {
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::duration<double> took = now - std::exchange(active_->plan_since, now);
  find(active_->id)->figures.add_between(took.count(), told.plan, told.reduce);
}

void controller_actor_state::begin_step(held_call asked) {
  auto& run = *find(active_->id);
  auto& call = asked.call.step;
  auto step = std::make_shared<fan_out>();
  step->promise = asked.promise;
  step->missing = active_->parts.size();
  step->arguments = call.arguments;
  step->answers.resize(active_->parts.size());
  step->figures.number = ++run.step_number;
  step->figures.name = call.name;
  step->figures.kind = to_string(call.kind);
  const bool to_all = call.kind == step_kind::broadcast || call.kind == step_kind::reduce;
  step->figures.bytes_out = bytes_of(call.arguments) * (to_all ? run.solvers : 1);
  active_->under_way = step;
  run.under_way = step->figures;
  if (are_steps_watched())
    emit(
        "step_started", run.id,
        {{"number", step->figures.number}, {"name", call.name}, {"step_kind", step->figures.kind}});
  std::vector<share> solvers;
  for (const auto& its : active_->parts)
    solvers.push_back(its.solvers);
  fan_out_to_nodes(step,
                   shares_of(call, solvers, run.id, step->figures.number, are_steps_watched()));
}

void controller_actor_state::fan_out_to_nodes(const fan_out_pointer& step,
                                              std::vector<node_step> shares) {
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (const auto bytes = bytes_in_message(shares[i].arguments); bytes > limits::message_bytes) {
      node_answer none;
      none.failed.emplace();
      none.failed->step = step->figures.name;
      none.failed->type = "payload_too_large";
      none.failed->text = "the arguments for one node have " + std::to_string(bytes) +
                          " bytes together, over the limit of " +
                          std::to_string(limits::message_bytes) + " bytes";
      node_answered(step, i, std::move(none));
      continue;
    }
    send_share(step, i, std::move(shares[i]));
  }
}

std::function<void(node_answer)> controller_actor_state::answer_for(const fan_out_pointer& step,
                                                                    std::size_t index) {
  return [this, waiting = std::weak_ptr{step}, index](node_answer answer) {
    if (const auto asked = waiting.lock())
      node_answered(asked, index, std::move(answer));
  };
}

node_answer controller_actor_state::error_of_node(const caf::error& why) {
  node_answer none;
  none.failed.emplace();
  none.failed->type = "node_error";
  none.failed->text = caf::to_string(why);
  return none;
}

void controller_actor_state::node_answered(const fan_out_pointer& step, std::size_t index,
                                           node_answer answer) {
  if (!active_ || active_->under_way != step || step->missing == 0)
    return;
  claim_answers(index, answer);
  auto failed = std::exchange(answer.failed, {});
  const bool is_broken = answer.broken;
  step->answers[index] = std::move(answer);
  if (failed && is_broken)
    return break_active(std::move(*failed));
  if (failed && !step->failed)
    stop_solvers(step->figures.number);
  if (failed && (!step->failed || failed->solver < step->failed->solver))
    step->failed = std::move(failed);
  if (--step->missing == 0)
    join(step);
}

void controller_actor_state::stop_solvers(std::uint64_t up_to_number) {
  if (active_->parts.size() > 1)
    for (const auto& its : active_->parts)
      caf_compat::send(self_, its.handle, caf::update_atom_v, active_->id, up_to_number);
}

void controller_actor_state::answer_held(plan_answer answer) {
  if (!active_->held)
    return;
  active_->plan_since = std::chrono::steady_clock::now(); // the pause was not the plan's time
  active_->patience.plans_turn(alarm_.now());
  watch_plan();
  std::exchange(active_->held, {})->promise.deliver(std::move(answer));
}

void controller_actor_state::break_active(step_failure why) {
  if (active_->broken)
    return; // the first cause is what people want to know
  active_->broken = why;
  plan_answer none;
  none.failed = why;
  answer_held(std::move(none));
  stop_solvers(std::numeric_limits<std::uint64_t>::max());
  if (!active_->under_way)
    return;
  const auto step = active_->under_way;
  if (!step->figures.name.empty())
    why.step = step->figures.name;
  step->failed = std::move(why);
  step->missing = 0;
  abandon_payloads("the step has failed");
  join(step);
}

void controller_actor_state::join(const fan_out_pointer& step) {
  active_->under_way.reset();
  auto& run = *find(active_->id);
  if (step->promise.pending()) {
    answer_plan(*step);
    barrier_of_draining();
    return;
  }
  // Solvers were being constructed.
  if (!step->failed) {
    begin_plan(run);
    barrier_of_draining();
    return;
  }
  run.failed = std::move(step->failed);
  enter(run, run_event::fell);
  end_active_run();
}

void controller_actor_state::answer_plan(fan_out& step) {
  auto& run = *find(active_->id);
  active_->plan_since = std::chrono::steady_clock::now();
  active_->patience.plans_turn(alarm_.now());
  watch_plan();
  const std::chrono::duration<double> took = active_->plan_since - step.begun;
  step.figures.seconds = took.count();
  plan_answer answer;
  const bool is_whole = !step.failed;
  for (auto& its : step.answers) {
    step.figures.bytes_in += bytes_of(its.answers);
    step.figures.solver_seconds.insert(step.figures.solver_seconds.end(),
                                       its.solver_seconds.begin(), its.solver_seconds.end());
    step.figures.reduce_seconds = std::max(step.figures.reduce_seconds, its.reduce_seconds);
    if (is_whole)
      std::ranges::move(its.answers, std::back_inserter(answer.answers));
  }
  // A step that was asked to stop and returned has an answer; one that was killed has none.
  if (!is_whole && active_->is_cancelled())
    answer.cancelled = true;
  else
    answer.failed = std::move(step.failed);
  run.under_way.reset();
  if (are_steps_watched()) {
    auto members = lockstep::to_json(step.figures);
    members["step_kind"] = step.figures.kind; // "kind" is the event's own
    if (answer.failed)
      members["error"] = lockstep::to_json(*answer.failed);
    emit("step_finished", run.id, std::move(members));
  }
  if (is_whole)
    run.figures.add(step.figures);
  history_.add_step(run, step.figures);
  step.promise.deliver(std::move(answer));
}

} // namespace lockstep
