#include "actors/node/node_actor.hpp"

#include "actors/wire/limits.hpp"

#include <limits>
#include <string>
#include <utility>

// What a node does when time is over: for workers to start, for a step, for a cancelled run.

namespace lockstep {

void node_actor_state::cancel(run_id run, std::int64_t grace_ms) {
  if (run.value == 0 || run_.asked.run != run)
    return;
  if (link_) // arguments of a step that will not be asked for
    link_->in.drop(run);
  ask_to_stop(std::numeric_limits<std::uint64_t>::max());
  alarm_.set(due::grace, std::chrono::milliseconds{grace_ms});
}

void node_actor_state::ring(due what) {
  switch (what) {
  case due::workers:
    return start_limit_over();
  case due::step:
    return time_limit_over();
  case due::grace:
    return grace_over();
  case due::fresh:
    return prepare_fresh();
  case due::farewell:
    return end_parting(every_worker);
  }
}

void node_actor_state::start_limit_over() {
  if (!run_.step || run_.step->now != phase::waiting)
    return;
  const auto in_time = " in " + std::to_string(limits::worker_start.count()) + " ms";
  std::size_t index = 0;
  while (index < run_.count && slots_[index].front)
    ++index;
  if (index < run_.count)
    return fail_late(index, failure_of(index),
                     "the worker of slot " + std::to_string(index) + " did not start" + in_time);
  auto failed = failure_of(0);
  failed.solver.reset();
  fail_late(0, std::move(failed), "what the run before has left behind did not end" + in_time);
}

void node_actor_state::time_limit_over() {
  if (!run_.step)
    return;
  const auto late = run_.step->join.unanswered();
  const auto first = late.empty() ? 0 : late.front();
  fail_late(first, failure_of(first),
            std::to_string(late.size()) + " of " + std::to_string(run_.count) +
                " solvers did not answer within the limit of " +
                std::to_string(run_.step->asked.time_limit_ms) + " ms");
}

void node_actor_state::fail_late(std::size_t index, step_failure failed, std::string why) {
  failed.type = "time_limit";
  failed.text = std::move(why);
  wait_no_longer(*run_.step);
  kill_computing();
  break_run(index, std::move(failed));
}

void node_actor_state::grace_over() {
  give_up_sending();
  if (!run_.step)
    return;
  wait_no_longer(*run_.step);
  kill_computing();
  auto failed = failure_of(0);
  failed.solver.reset();
  failed.type = "cancelled";
  failed.text = "the run was cancelled, and its solvers did not return in time";
  break_run(0, std::move(failed));
}

void node_actor_state::kill_computing() {
  for (std::size_t i = 0; i < run_.count; ++i)
    if (slots_[i].computing != 0)
      condemn(i);
}

} // namespace lockstep
