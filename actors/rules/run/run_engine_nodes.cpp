// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_engine.hpp"

#include <algorithm>
#include <utility>

// The nodes of a head: who comes, who leaves, and what that does to runs.

namespace lockstep {

using namespace run_commands;

void run_engine::on(run_events::node_joined& what, reaction& then) {
  if (life_ >= life::stopping)
    return then.order(request_refused{errc::shutting_down, {}});
  if (places_.up() >= place_table::nodes_max)
    return then.order(
        request_refused{errc::limit_exceeded,
                        "there are " + std::to_string(place_table::nodes_max) + " nodes already"});
  if (what.name.empty()) {
    trouble_.clear();
    own_node_joined_ = true;
  }
  for (const auto gone : places_.add(what))
    then.order(forget_node{gone});
  then.order(node_up{what.node});
  begin_what_fits(then);
}

void run_engine::on(run_events::node_lost& what, reaction& then) {
  const auto* node = places_.find(what.node);
  if (node == nullptr || node->state == node_state::gone)
    return;
  const auto title = "node " + title_of(*node) + " is gone";
  const auto runs = places_.runs_on(what.node);
  then.order(node_down{what.node, node->state == node_state::leaving});
  places_.happen(what.node, node_life_event::lost);
  for (const auto run : runs) {
    auto& course = courses_.at(run);
    course.lose_part(what.node, "node_lost", title, then);
    settle(run, course, then);
  }
  begin_what_fits(then); // one that wants all places wants fewer now
  end_if_stopped(then);
}

void run_engine::on(run_events::own_node_failed& what, reaction& then) {
  if (std::exchange(own_node_joined_, false))
    return; // it has been of use since the last time, and is started again
  trouble_ = std::move(what.why);
  begin_what_fits(then);
}

void run_engine::on(run_events::drain_asked& what, reaction& then) {
  const auto* node = places_.find_up(what.node);
  if (node == nullptr)
    return then.order(request_refused{errc::no_such_node, "no node \"" + what.node + "\" is up"});
  const auto number = node->number;
  const auto runs = places_.runs_on(number);
  if (!places_.happen(number,
                      runs.empty() ? node_life_event::drain_idle : node_life_event::drain_busy))
    return then.order(request_refused{errc::wrong_state, "node " + what.node + " is " +
                                                             to_string(node->state) + " already"});
  then.order(node_draining{number});
  if (runs.empty())
    then.order(stop_node{number});
  for (const auto run : runs)
    if (auto& course = courses_.at(run); course.is_between_steps())
      drain(run, course, then);
  begin_what_fits(then); // one that wants all places wants fewer now
}

void run_engine::drain(run_id run, run_course& course, reaction& then) {
  for (const auto number : course.nodes()) {
    const auto* node = places_.find(number);
    if (node->state != node_state::draining)
      continue;
    then.order(close_run{run, number});
    course.lose_part(number, "node_drained", "node " + title_of(*node) + " was told to leave",
                     then);
    places_.release(run, number);
  }
  stop_drained(then);
}

void run_engine::stop_drained(reaction& then) {
  for (const auto number : places_.free_and_draining()) {
    places_.happen(number, node_life_event::barrier);
    then.order(stop_node{number});
  }
}

} // namespace lockstep
