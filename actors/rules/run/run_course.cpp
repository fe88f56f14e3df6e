// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_course.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace lockstep {

using namespace run_commands;

namespace {

prepare_node preparation(run_id run, const run_block& part, std::uint64_t attempt,
                         std::uint64_t solvers) {
  return {run, part.node, attempt, solvers, part.places};
}

/// What a node that cannot construct its solvers would answer.
run_events::node_answered not_constructed(run_id run, node_number node, std::uint64_t attempt,
                                          std::string type, std::string text) {
  run_events::node_answered none{run, node, 0, attempt};
  none.failed.emplace();
  none.failed->node = to_string(node);
  none.failed->type = std::move(type);
  none.failed->text = std::move(text);
  return none;
}

} // namespace

run_course::run_course(run_id run, const run_wish& wish, std::vector<run_block> parts)
    : run_(run), wish_(wish), turn_(over{}) {
  for (auto& its : parts) {
    solvers_ += its.solvers.count;
    parts_.push_back({std::move(its)});
  }
}

void run_course::construct(reaction& then) {
  auto& all = turn_.emplace<run_fan_out>(0, step_metrics{},
                                         std::vector<std::size_t>(parts_.size(), 0), then.now);
  for (const auto& next : all.begin())
    then.order(preparation(run_, parts_[next.member], 1, solvers_));
}

std::optional<std::size_t> run_course::waited_for(node_number node, std::uint64_t number,
                                                  std::uint64_t attempt, reaction& then) const {
  const auto* all = std::get_if<run_fan_out>(&turn_);
  const auto found = std::ranges::lower_bound(parts_, node, {}, &part::node);
  const auto member = static_cast<std::size_t>(found - parts_.begin());
  if (all != nullptr && found != parts_.end() && found->node == node && all->number() == number &&
      found->attempt == attempt && all->waits_for(member))
    return member;
  ++then.late_answers;
  return std::nullopt;
}

void run_course::on(run_events::node_answered& what, reaction& then) {
  const auto member = waited_for(what.node, what.number, what.attempt, then);
  if (!member)
    return;
  if (what.failed && what.broken)
    return break_off(*member, what.node, std::move(*what.failed), then);
  auto& all = std::get<run_fan_out>(turn_);
  if (all.answered(*member, what))
    stop_others(what.node, what.number, then);
  if (all.at_barrier())
    finish_fan_out(then);
}

void run_course::on(run_events::library_missing& what, reaction& then) {
  const auto member = waited_for(what.node, 0, what.attempt, then);
  if (!member)
    return;
  auto& its = parts_[*member];
  if (wish_.push_models && its.remote && its.pushed == library::unknown) {
    its.pushed = library::on_its_way;
    return then.order(push_library{run_, its.node, its.attempt});
  }
  const auto where = to_string(its.node) + " (" + its.host + ")";
  auto text = "node " + where + " has not " + what.what;
  if (its.pushed == library::unknown)
    text += "; install it on node " + where + " or start the run with --push-models";
  auto none = not_constructed(run_, its.node, its.attempt, "model_missing", std::move(text));
  on(none, then);
}

void run_course::on(run_events::library_pushed& what, reaction& then) {
  const auto member = waited_for(what.node, 0, what.attempt, then);
  if (!member)
    return;
  auto& its = parts_[*member];
  its.pushed = library::sent;
  // To prepare the node again would take back its grace for the cancel.
  if (state_ == run_state::cancelling) {
    auto none = not_constructed(run_, its.node, its.attempt, "cancelled", "the run was cancelled");
    return on(none, then);
  }
  ++its.attempt;
  then.order(preparation(run_, its, its.attempt, solvers_));
}

/// Whoever is at fault stops by itself.
void run_course::stop_others(node_number but, std::uint64_t up_to_number, reaction& then) {
  for (const auto& its : parts_)
    if (its.node != but)
      then.order(stop_solvers{run_, its.node, up_to_number});
}

void run_course::break_off(std::size_t member, node_number node, step_failure why, reaction& then) {
  if (broken_)
    return; // the first cause is what people want to know
  broken_ = why;
  stop_others(node, std::numeric_limits<std::uint64_t>::max(), then);
  if (auto* all = std::get_if<run_fan_out>(&turn_)) {
    all->broke_off(member, std::move(why));
    then.order(abandon_payloads{run_, "the step has failed"});
    finish_fan_out(then);
  } else if (auto* waiting = std::get_if<held>(&turn_)) {
    why.step = waiting->asked.step.name;
    then.order(answer_plan{run_, waiting->asked.call, std::move(why)});
    begin_plans_turn(then);
  }
}

void run_course::lose_part(node_number node, std::string type, const std::string& what,
                           reaction& then) {
  const auto found = std::ranges::find(parts_, node, &part::node);
  if (found == parts_.end())
    return;
  step_failure failed;
  failed.node = to_string(node);
  failed.type = std::move(type);
  failed.text = what + ", and with it " + name_of(found->solvers, solvers_);
  const auto member = static_cast<std::size_t>(found - parts_.begin());
  parts_.erase(found);
  break_off(member, node, std::move(failed), then);
}

void run_course::finish_fan_out(reaction& then) {
  auto& all = std::get<run_fan_out>(turn_);
  auto ended = all.take(then.now);
  // A failure that no node has told is one that the join has found: no part was lost then.
  if (ended.failed && ended.failed->node.empty() && ended.failed_member < parts_.size())
    ended.failed->node = to_string(parts_[ended.failed_member].node);
  if (ended.metrics.number != 0)
    return finish_step(all.call(), std::move(ended), then);
  enter(ended.failed ? run_event::failed : run_event::prepared, then, std::move(ended.failed));
  if (lockstep::is_over(state_)) // it has failed, or was cancelled meanwhile
    return end(then);
  begin_plans_turn(then);
  begin_plan begin{run_, solvers_, {}};
  for (const auto& its : parts_)
    begin.groups.push_back(its.solvers);
  then.order(std::move(begin));
}

void run_course::begin_plans_turn(reaction& then) {
  turn_ = plans_turn{then.now};
  patience_.plans_turn(then.now);
  if (const auto ends = patience_.ends())
    then.order(set_timer{{run_timer::name::plan, run_}, *ends});
}

void run_course::enter(run_event what, reaction& then, std::optional<step_failure> failed) {
  const auto next = next_state(state_, what);
  if (!next)
    return;
  state_ = *next;
  then.order(run_changed{run_, state_, std::move(failed)});
}

void run_course::end(reaction& then) {
  turn_ = over{};
  for (const auto& its : parts_)
    then.order(close_run{run_, its.node});
  then.order(remove_timer{{run_timer::name::plan, run_}});
}

std::optional<run_turn> run_course::turn() const {
  if (is_over())
    return std::nullopt;
  run_turn now;
  now.number = step_number_;
  const auto* all = std::get_if<run_fan_out>(&turn_);
  if (all != nullptr) {
    now.turn = all->number() == 0 ? run_turn::whose::construction : run_turn::whose::step;
    now.since = all->begun();
    now.name = all->metrics().name;
    now.kind = all->metrics().kind;
  } else if (const auto* waiting = std::get_if<held>(&turn_)) {
    now.turn = run_turn::whose::held;
    now.since = waiting->since;
    now.name = waiting->asked.step.name;
    now.kind = to_string(waiting->asked.step.kind);
  } else {
    now.since = std::get<plans_turn>(turn_).since;
  }
  for (std::size_t i = 0; i < parts_.size(); ++i)
    now.parts.push_back({parts_[i].node, parts_[i].places, all != nullptr && all->waits_for(i)});
  return now;
}

std::vector<node_number> run_course::nodes() const {
  std::vector<node_number> all;
  for (const auto& its : parts_)
    all.push_back(its.node);
  return all;
}

} // namespace lockstep
