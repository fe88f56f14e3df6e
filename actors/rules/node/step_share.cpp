// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/step_share.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lockstep {

namespace {

/// Makes one blob of each `count` that follow one another.
std::vector<blob> join_slices(const std::vector<blob>& slices, std::uint64_t count) {
  std::vector<blob> whole;
  for (auto first = slices.begin(); first != slices.end();
       first += static_cast<std::ptrdiff_t>(count))
    whole.push_back(blob::joined({first, first + static_cast<std::ptrdiff_t>(count)}));
  return whole;
}

std::vector<std::uint64_t> indices_of(const std::vector<placed_solver>& solvers) {
  std::vector<std::uint64_t> indices;
  indices.reserve(solvers.size());
  for (const auto& its : solvers)
    indices.push_back(its.solver);
  return indices;
}

/// Weyl's sequence: seeds that differ in many bits for neighbouring indices.
std::uint64_t seed_of(std::uint64_t run_seed, std::uint64_t solver) {
  return run_seed + (solver + 1) * 0x9E3779B97F4A7C15U;
}

} // namespace

step_share::step_share(phase first, const run_part& part, node_events::step_asked asked,
                       worker_slots& slots, node_orders& orders)
    : now_(first), part_(part), asked_(std::move(asked)), slots_(slots), orders_(orders),
      join_(asked_.kind, part.solvers.size(), asked_.arguments.size(), asked_.chunk),
      attempts_(part.solvers.size()) {}

void step_share::begin() {
  const auto first = join_.begin();
  orders_.expect(first.size());
  for (const auto& work : first)
    hand_over(work);
}

void step_share::hand_over(const hand_out& work) {
  const auto& its = part_.solvers[work.member];
  const auto [worker, attempt] = slots_.assign(its.slot, part_.run);
  attempts_[work.member] = attempt;
  const task_identity task{part_.run, asked_.number, attempt, its.solver, its.incarnation};
  switch (now_) {
  case phase::constructing:
    return construct(task, worker);
  case phase::computing:
    return compute(task, worker, work);
  case phase::combining:
    return combine(task, worker, work);
  }
}

void step_share::construct(const task_identity& task, worker_key worker) {
  orders_.add(node_commands::construct_solver{worker, task, part_.model, part_.total,
                                              seed_of(part_.seed, task.solver)});
}

void step_share::compute(const task_identity& task, worker_key worker, const hand_out& work) {
  node_commands::hand_task next{worker, task, asked_.text, {}};
  const auto& all = asked_.arguments;
  if (asked_.kind == step_kind::broadcast || asked_.kind == step_kind::reduce) {
    next.arguments.push_back(all.front());
  } else {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(work.first);
    next.arguments.assign(first, first + static_cast<std::ptrdiff_t>(work.count));
  }
  orders_.add(std::move(next));
}

void step_share::combine(const task_identity& task, worker_key worker, const hand_out& work) {
  const auto piece = work.first / slices_;
  const auto first = uncombined_.begin() + static_cast<std::ptrdiff_t>(piece_begins_[piece]);
  orders_.add(node_commands::hand_combination{
      worker,
      task,
      asked_.text,
      {first, first + static_cast<std::ptrdiff_t>(pieces_[piece].count)},
      {work.first % slices_, slices_}});
}

bool step_share::waits_for(std::size_t member, const task_identity& task) const {
  return attempts_[member] != 0 && attempts_[member] == task.attempt &&
         task.step == asked_.number && task.incarnation == part_.solvers[member].incarnation;
}

void step_share::answered(std::size_t member, std::vector<blob> answers, double seconds) {
  attempts_[member] = 0;
  if (const auto next = join_.answered(member, std::move(answers), seconds))
    hand_over(*next);
}

void step_share::threw(std::size_t member, step_failure why) {
  attempts_[member] = 0;
  join_.threw(member, std::move(why));
}

void step_share::give_up(std::size_t member, step_failure why) {
  join_.lost(member, std::move(why));
  join_.give_up();
  std::ranges::fill(attempts_, 0);
}

bool step_share::is_to_combine() const {
  return now_ == phase::computing && asked_.kind == step_kind::reduce && !join_.has_failed() &&
         !join_.was_stopped();
}

bool step_share::is_over() {
  return join_.at_barrier() && !(is_to_combine() && begin_to_combine());
}

/// False where there is nothing to combine.
bool step_share::begin_to_combine() {
  uncombined_ = join_.take_answers();
  solver_seconds_ = join_.take_seconds();
  pieces_ = subtrees_of(indices_of(part_.solvers), part_.total);
  now_ = phase::combining;
  combining_since_ = orders_.now();
  if (std::ranges::all_of(pieces_, [](const subtree& x) { return x.count == 1; }))
    return false;
  std::size_t begin = 0;
  for (const auto& piece : pieces_)
    piece_begins_.push_back(std::exchange(begin, begin + piece.count));
  slices_ = slices_of(uncombined_, pieces_.size(), part_.solvers.size());
  join_ = step_join{step_kind::map, part_.solvers.size(), pieces_.size() * slices_, 1};
  this->begin();
  return true;
}

std::vector<blob> step_share::take_answers() {
  if (join_.has_failed() || join_.was_stopped() || now_ == phase::constructing)
    return {};
  if (now_ == phase::combining && piece_begins_.empty())
    return std::move(uncombined_);
  auto answers = join_.take_answers();
  return slices_ == 1 ? answers : join_slices(answers, slices_);
}

node_commands::answer step_share::take_answer() {
  node_commands::answer whole;
  whole.request = asked_.request;
  whole.run = part_.run;
  whole.answers = take_answers();
  const auto member = join_.failed_member();
  whole.failed = join_.take_failure();
  if (whole.failed && whole.failed->step.empty()) { // what the join itself has found
    whole.failed->step = asked_.text->name;
    whole.failed->node = orders_.node();
    whole.failed->solver = part_.solvers[member].solver;
  }
  whole.solver_seconds =
      now_ == phase::combining ? std::move(solver_seconds_) : join_.take_seconds();
  if (now_ == phase::combining && !piece_begins_.empty())
    whole.reduce_seconds = std::chrono::duration<double>(orders_.now() - combining_since_).count();
  return whole;
}

} // namespace lockstep
