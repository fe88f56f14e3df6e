// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/run_engine/simulated_head.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <stdexcept>
#include <string>

namespace lockstep {

namespace {

void must(bool holds, const std::string& what) {
  if (!holds)
    throw std::logic_error(what);
}

/// Which run an event or command is of; none where it is of a node or the head.
template <class What>
std::optional<run_id> run_of(const What& what) {
  if constexpr (requires { what.run; })
    return what.run;
  else if constexpr (requires { what.timer; })
    return what.timer.run.value == 0 ? std::nullopt : std::optional{what.timer.run};
  else
    return std::nullopt;
}

} // namespace

simulated_head::simulated_head(std::uint64_t seed) : random_(seed) {
  for (auto nodes = below(4); nodes > 0; --nodes)
    join();
}

template <class Container>
auto simulated_head::any_of(Container& from) {
  return std::next(from.begin(), static_cast<std::ptrdiff_t>(below(from.size())));
}

std::optional<run_id> simulated_head::any_run() {
  return runs_.empty() ? std::nullopt : std::optional{any_of(runs_)->first};
}

std::optional<node_number> simulated_head::any_node() {
  return nodes_.empty() ? std::nullopt : std::optional{any_of(nodes_)->first};
}

void simulated_head::live(std::size_t happenings) {
  for (std::size_t i = 0; i < happenings; ++i) {
    now_ += std::chrono::milliseconds{below(500)};
    happen();
  }
  finish();
}

void simulated_head::happen() {
  using namespace run_events;
  switch (below(24)) {
  case 0:
    return join();
  case 1:
    if (const auto node = any_node(); node && one_in(4))
      tell(node_lost{*node});
    return;
  case 2:
    if (const auto node = any_node(); node && one_in(4))
      tell(drain_asked{to_string(*node)});
    return;
  case 3:
  case 4:
    return add_run();
  case 5:
    if (const auto run = any_run())
      tell(pause_asked{*run});
    return;
  case 6:
  case 7:
    if (const auto run = any_run())
      tell(resume_asked{*run});
    return;
  case 8:
    if (const auto run = any_run(); run && one_in(3))
      tell(cancel_asked{*run, std::chrono::milliseconds{below(3'000)}, "the seed wants it"});
    return;
  case 9:
    for (const auto& [timer, when] : std::map{timers_})
      if (when <= now_)
        tell(timer_rang{timer});
    return;
  default:
    break;
  }
  if (one_in(2) && !debts_.empty())
    return answer_debt();
  if (const auto run = any_run())
    if (auto& its = runs_.at(*run).at_work)
      plan_acts(*run, *its);
}

void simulated_head::join() {
  const node_number node{++last_node_};
  run_events::node_joined joined{node, {}, "host", 1 + below(5), one_in(3)};
  if (joined.remote)
    joined.name = "m" + std::to_string(below(3));
  nodes_[node].resize(joined.slots);
  tell(std::move(joined));
}

void simulated_head::add_run() {
  const run_id run{runs_.size() + 1};
  run_wish wish{{{below(8), below(3)}, one_in(3)}, {}, one_in(2)};
  if (engine_.refusal(wish))
    return;
  runs_[run].demand = wish.demand;
  queue_.push_back(run);
  tell(run_events::run_added{run, wish});
}

void simulated_head::answer_debt() {
  const auto found = any_of(debts_);
  auto owed = *found;
  if (!one_in(10)) // else the answer comes once more, or is another
    debts_.erase(found);
  auto& answer = owed.answer;
  if (answer.number == 0 && one_in(6))
    return tell(run_events::library_missing{answer.run, answer.node, answer.attempt, "it"});
  if (one_in(12)) {
    answer.failed.emplace();
    answer.broken = one_in(2);
  } else {
    answer.answers.resize(one_in(30) ? owed.owed + 1 : owed.owed);
    answer.solver_seconds.resize(1, 1.0);
  }
  tell(std::move(answer));
}

void simulated_head::plan_acts(run_id run, plan_state& its) {
  if (!its.unanswered.empty() && !one_in(50))
    return; // it waits
  if (one_in(its.told_to_stop ? 2 : 8)) {
    using ending = run_events::plan_over::ending;
    run_events::plan_over over{
        run, std::array{ending::returned, ending::failed, ending::cancelled}[below(3)]};
    return tell(std::move(over));
  }
  step_call step;
  step.kind = std::array{step_kind::broadcast, step_kind::scatter, step_kind::map,
                         step_kind::reduce}[below(4)];
  step.arguments.resize(step.kind == step_kind::map       ? below(20)
                        : step.kind == step_kind::scatter ? runs_.at(run).solvers
                                                          : 1);
  if (one_in(15))
    step.time_limit = std::chrono::milliseconds{0};
  its.unanswered.insert(++last_call_);
  tell(run_events::plan_called{run, last_call_, std::move(step)});
}

void simulated_head::finish() {
  tell(run_events::stop_asked{run_events::stop_asked::manner(below(3))});
  for (int round = 0; round < 10'000 && !ended_; ++round) {
    if (!debts_.empty()) {
      answer_debt();
    } else if (const auto waiting = std::ranges::find_if(
                   runs_, [](const auto& each) { return each.second.at_work.has_value(); });
               waiting != runs_.end()) {
      if (!waiting->second.at_work->unanswered.empty()) // it is paused
        tell(run_events::resume_asked{waiting->first});
      else
        tell(run_events::plan_over{waiting->first});
    } else if (const auto run =
                   std::ranges::find_if(runs_, [](const auto& each) { return !each.second.over; });
               run != runs_.end() && !stopping_) {
      tell(run_events::cancel_asked{run->first, {}, "nobody has places for it"});
    } else if (const auto node = any_node()) {
      tell(run_events::node_lost{*node});
    } else if (!ended_) {
      tell(run_events::stop_asked{});
    }
  }
  must(ended_, "RE-6: it does not end");
  for (const auto& [run, its] : runs_) {
    must(its.over, "RE-6: a run is not over");
    must(!its.at_work || its.at_work->unanswered.empty(), "RE-3: a call is not answered");
  }
  must(lost_calls_.empty(), "RE-3: a call is not answered");
  must(engine_.handle(run_events::run_added{}, now_).empty(), "RE-8: something follows the end");
}

void simulated_head::tell(run_engine_event what) {
  const auto cause = std::visit([](const auto& each) { return run_of(each); }, what);
  if (const auto* lost = std::get_if<run_events::node_lost>(&what))
    nodes_.erase(lost->node);
  if (const auto* over = std::get_if<run_events::plan_over>(&what))
    if (auto& its = runs_.at(over->run).at_work) {
      lost_calls_.merge(its->unanswered);
      its.reset();
    }
  if (const auto* rang = std::get_if<run_events::timer_rang>(&what))
    timers_.erase(rang->timer);
  const std::set<run_id> queued{queue_.begin(), queue_.end()};
  const auto commands = engine_.handle(std::move(what), now_);
  for (const auto& each : commands)
    if (const auto* set = std::get_if<run_commands::set_timer>(&each))
      stopping_ = stopping_ || set->timer.what == run_timer::name::stop;
  for (const auto& each : commands)
    std::visit(
        [&](const auto& command) {
          const auto of = run_of(command);
          must(!cause || !of || of == cause || queued.contains(*of),
               "RE-5: an event of one run has a command for another");
          obey(command);
        },
        each);
  check_queue();
}

void simulated_head::check_queue() const {
  if (queue_.empty() || stopping_)
    return;
  must(engine_.queue().front() == queue_.front(), "RE-2: the queue has another head");
  const auto nodes = engine_.places().supply();
  must(at_its_turn({nodes, true}, runs_.at(queue_.front()).demand).what == admission::waits,
       "RE-2: the head of the queue fits and does not begin");
}

void simulated_head::must_have(run_id run, node_number node) const {
  const auto found = nodes_.find(node);
  must(found != nodes_.end(), "a node that is gone is told something");
  must(std::ranges::find(found->second, run) != found->second.end(),
       "a node is told something of a run that it has not");
}

void simulated_head::leave(run_id run, node_number node) {
  std::ranges::replace(nodes_.at(node), run, run_id{});
  std::erase_if(debts_, [&](const debt& each) {
    return each.answer.run == run && each.answer.node == node && !one_in(4);
  });
}

void simulated_head::obey(const run_commands::node_down& what) {
  nodes_.erase(what.node); // it may let it go of its own accord
  std::erase_if(debts_, [&](const debt& each) { return each.answer.node == what.node; });
}

void simulated_head::obey(const run_commands::stop_node& what) {
  must(nodes_.contains(what.node), "a node that is gone is told to stop");
  must(stopping_ ||
           std::ranges::all_of(nodes_.at(what.node), [](run_id each) { return each.value == 0; }),
       "RE-7: a node is to leave while a run has solvers there");
}

void simulated_head::obey(const run_commands::prepare_node& what) {
  must(nodes_.contains(what.node), "a node that is gone is asked for solvers");
  auto& slots = nodes_.at(what.node);
  for (const auto& place : what.solvers) {
    auto& holder = slots.at(place.slot);
    must(holder.value == 0 || (what.attempt > 1 && holder == what.run),
         "RE-1: a place has solvers of two runs");
    holder = what.run;
  }
  debts_.push_back({{what.run, what.node, 0, what.attempt}, 0});
}

void simulated_head::obey(const run_commands::push_library& what) {
  must_have(what.run, what.node);
  debts_.push_back({{what.run, what.node, 0, what.attempt}, 0});
}

void simulated_head::obey(const run_commands::ask_node& what) {
  must_have(what.run, what.node);
  const auto& slots = nodes_.at(what.node);
  auto owed = static_cast<std::size_t>(std::ranges::count(slots, what.run));
  if (what.call->kind == step_kind::map)
    owed = what.arguments.size();
  debts_.push_back({{what.run, what.node, what.number, what.attempt}, owed});
}

void simulated_head::obey(const run_commands::close_run& what) {
  must_have(what.run, what.node);
  leave(what.run, what.node);
}

void simulated_head::obey(const run_commands::begin_plan& what) {
  auto& its = runs_.at(what.run);
  must(!its.at_work && !its.over, "a plan begins twice");
  its.at_work = plan_state{};
}

void simulated_head::obey(const run_commands::answer_plan& what) {
  auto& its = runs_.at(what.run).at_work;
  must(lost_calls_.erase(what.call) + (its ? its->unanswered.erase(what.call) : 0U) == 1,
       "RE-3: a call is answered that is not asked, or twice");
}

void simulated_head::obey(const run_commands::stop_plan& what) {
  if (auto& its = runs_.at(what.run).at_work)
    its->told_to_stop = true;
}

void simulated_head::obey(const run_commands::give_plan_up& what) {
  auto& its = runs_.at(what.run).at_work;
  must(its.has_value(), "a plan is given up that does not run");
  lost_calls_.merge(its->unanswered);
  its.reset();
}

void simulated_head::obey(const run_commands::run_changed& what) {
  auto& its = runs_.at(what.run);
  must(!its.over, "RE-6: a run changes that is over");
  if (std::exchange(its.queued, false)) {
    const bool is_head = queue_.front() == what.run;
    must(is_head || what.state == run_state::cancelled, "RE-2: a run overtakes the head");
    std::erase(queue_, what.run);
  }
  its.over = is_over(what.state);
}

} // namespace lockstep
