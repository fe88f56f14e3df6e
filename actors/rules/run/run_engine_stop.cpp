// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_engine.hpp"

#include <utility>

// How a head stops.

namespace lockstep {

using namespace run_commands;

namespace {

/// Why runs are cancelled then, for people.
const std::string head_ends = "the head ends";

} // namespace

void run_engine::cancel_queued(run_id run, const std::string& why, reaction& then) {
  if (!queue_.remove(run))
    return then.order(request_refused{errc::no_such_run, {}});
  then.order(cancel_noted{run, why});
  then.order(run_changed{run, run_state::cancelled, {}});
  begin_what_fits(then); // it may have kept those behind it waiting
}

void run_engine::on(run_events::stop_asked& what, reaction& then) {
  using manner = run_events::stop_asked::manner;
  if (what.how == manner::at_once_alone) {
    cancel_queue(then);
    // What the process's end would do to them a moment later: they see the link closed.
    std::vector<run_events::node_lost> others;
    for (const auto& [number, node] : places_.all())
      if (node.state != node_state::gone && !node.name.empty())
        others.push_back({number});
    for (auto& each : others)
      on(each, then);
  }
  if (life_ == life::serving)
    life_ = life::until_idle;
  if (what.how != manner::when_idle || (queue_.empty() && courses_.empty()))
    stop_now(then);
}

/// From the end, so that none begins because another goes.
void run_engine::cancel_queue(reaction& then) {
  while (!queue_.empty())
    cancel_queued(queue_.back(), head_ends, then);
}

void run_engine::stop_now(reaction& then) {
  if (life_ >= life::stopping)
    return;
  life_ = life::stopping;
  cancel_queue(then);
  for (auto& [run, course] : courses_)
    course.cancel(std::chrono::milliseconds{0}, head_ends, then);
  for (const auto& [number, node] : places_.all())
    if (node.state != node_state::gone)
      then.order(stop_node{number});
  then.order(set_timer{{run_timer::name::stop, {}}, deadline_after(then.now, stop_limit)});
  end_if_stopped(then);
}

void run_engine::end_if_stopped(reaction& then) {
  if (life_ != life::stopping || places_.up() != 0 || !courses_.empty())
    return;
  life_ = life::ended;
  then.order(remove_timer{{run_timer::name::stop, {}}});
  then.order(run_commands::end{});
}

} // namespace lockstep
