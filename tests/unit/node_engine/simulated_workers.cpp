// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/node_engine/simulated_node.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

// What the engine's commands do to the simulated world, and what must be true of them.

namespace lockstep {

namespace {

std::vector<std::uint64_t> numbers_in(const std::vector<blob>& blobs) {
  std::vector<std::uint64_t> values;
  for (const auto& one : blobs)
    for (std::size_t at = 0; at < one.size(); at += sizeof(std::uint64_t))
      one.read(at, &values.emplace_back(), sizeof(std::uint64_t));
  return values;
}

} // namespace

void simulated_node::on(const node_commands::start_worker& it) {
  EXPECT_FALSE(starting_[it.slot]) << "NE-8";
  EXPECT_EQ(life_, life::serving) << "NE-10";
  starting_[it.slot] = true;
  soon([this, slot = it.slot, fails = !quiet_ && chance(20)] {
    starting_[slot] = false;
    failing_[slot] = fails;
    if (fails) {
      harm(slot);
      tell(node_events::worker_ended{{slot, 0}, "cannot be started", {}, {}, {}});
      return;
    }
    const worker_key who{slot, ++last_pid_};
    workers_[who];
    tell(node_events::worker_joined{who});
    if (life_ == life::stopping) // nobody has taken it
      workers_.erase(who);
  });
}

void simulated_node::on(const node_commands::kill_worker& it) {
  const auto found = workers_.find(it.worker);
  if (found == workers_.end())
    return;
  auto& its = found->second;
  if (const auto run = runs_.find(its.served); run != runs_.end() && its.served.value != 0) {
    EXPECT_TRUE(run->second.harmed) << "NE-4: a worker of a run that is well was killed";
  }
  its.given_up = !its.unreachable;
  end(it.worker);
}

void simulated_node::end(worker_key who) {
  auto& its = workers_.at(who);
  if (its.now != outcome::living)
    return;
  its.now = outcome::killed;
  soon([this, who] {
    const auto& ended = workers_.at(who);
    const auto served = ended.served;
    if (!ended.given_up)
      harm(who.slot);
    workers_.erase(who);
    spoilt_[who.slot] = spoilt_[who.slot] || (served.value != 0 && !workers_stay_);
    tell(node_events::worker_ended{who, "was killed", 9, {}, {}});
  });
}

void simulated_node::on(const node_commands::load_ahead& it) {
  EXPECT_EQ(workers_.at(it.worker).served, run_id{});
}

simulated_node::worker& simulated_node::checked(worker_key who, run_id by) {
  auto& its = workers_.at(who);
  EXPECT_FALSE(its.given_up) << "NE-7: a task for a worker that was given up";
  EXPECT_EQ(its.attempt, 0U) << "NE-7: two tasks at a time";
  EXPECT_TRUE(its.served.value == 0 || its.served == by) << "NE-6";
  EXPECT_TRUE(runs_.contains(by)) << "NE-4: a task of a run that is over";
  EXPECT_EQ(life_, life::serving) << "NE-10";
  return its;
}

void simulated_node::take_task(worker_key who, const task_identity& task,
                               std::vector<blob> answers) {
  auto& its = checked(who, task.run);
  EXPECT_TRUE(attempts_.insert(task.attempt).second) << "NE-3";
  const auto& placed = runs_.at(task.run).solvers;
  EXPECT_NE(std::ranges::find(placed, placed_solver{task.solver, who.slot, task.incarnation}),
            placed.end())
      << "not where the placement says";
  its.served = task.run;
  its.attempt = task.attempt;
  const auto what = quiet_ ? 100 : below(100);
  if (what < 4) { // it never answers
    runs_.at(task.run).harmed = true;
    return;
  }
  if (what < 7) { // of the wrong number
    runs_.at(task.run).harmed = true;
    answers.emplace_back();
  }
  soon([this, who, task, answers = std::move(answers), thrown = what >= 7 && what < 12] {
    const auto found = workers_.find(who);
    if (found != workers_.end() && found->second.attempt == task.attempt)
      found->second.attempt = 0;
    if (const auto run = runs_.find(task.run); run != runs_.end())
      run->second.harmed = run->second.harmed || thrown;
    tell(node_events::task_answered{task, thrown ? std::vector<blob>{} : answers, thrown, "e", "t",
                                    0.5});
  });
}

void simulated_node::on(const node_commands::construct_solver& it) {
  EXPECT_FALSE(spoilt_[it.worker.slot]) << "NE-5";
  for (const auto& [who, its] : workers_) {
    EXPECT_FALSE(who.slot == it.worker.slot && who != it.worker && its.served.value != 0 &&
                 !workers_stay_)
        << "NE-5: a worker of the run before lives";
  }
  take_task(it.worker, it.task, {blob{}});
}

void simulated_node::on(const node_commands::hand_task& it) {
  const auto kind = runs_.at(it.task.run).step.kind;
  std::vector<std::byte> index(sizeof it.task.solver);
  std::memcpy(index.data(), &it.task.solver, sizeof it.task.solver);
  const bool own = kind == step_kind::broadcast || kind == step_kind::reduce;
  take_task(it.worker, it.task, own ? std::vector{blob{std::move(index)}} : it.arguments);
}

void simulated_node::on(const node_commands::hand_combination& it) {
  take_task(it.worker, it.task, {blob::joined(it.answers)});
}

void simulated_node::on(const node_commands::ask_to_stop& it) {
  EXPECT_TRUE(runs_.contains(it.run));
  const auto served = workers_.at(it.worker).served;
  EXPECT_TRUE(served == it.run || served.value == 0) << "NE-4";
}

void simulated_node::on(const node_commands::close_solver& it) {
  auto& its = workers_.at(it.worker);
  EXPECT_FALSE(runs_.contains(its.served)) << "NE-4: its run is under way";
  its.given_up = !workers_stay_;
  if (workers_stay_)
    its.served = {};
  if (quiet_ || chance(80))
    soon([this, who = it.worker] { tell(node_events::solver_destroyed{who}); });
}

void simulated_node::on(const node_commands::end_leftovers&) {
  EXPECT_FALSE(ending_leftovers_) << "NE-9";
  EXPECT_FALSE(workers_stay_);
  ending_leftovers_ = true;
  soon([this, ended = spoilt_] {
    ending_leftovers_ = false;
    for (std::size_t slot = 0; slot < slots_; ++slot)
      spoilt_[slot] = spoilt_[slot] && !ended[slot];
    tell(node_events::nothing_left{});
  });
}

void simulated_node::on(const node_commands::stop_workers&) {
  for (auto& [who, its] : workers_)
    end(who);
}

void simulated_node::on(const node_commands::find_library& it) {
  EXPECT_TRUE(looks_);
  soon([this, it, found = quiet_ || chance(80)] {
    tell(node_events::library_searched{it.run, it.search, found ? "/cache/m.so" : "", "none"});
  });
}

void simulated_node::on(const node_commands::answer& it) {
  ASSERT_EQ(open_.erase(it.request), 1U) << "NE-2";
  auto& its = runs_.at(it.run);
  its.open = 0;
  check_answer(its, it);
  its.stands = true;
}

void simulated_node::check_answer(const asked_run& its, const node_commands::answer& got) {
  EXPECT_TRUE(got.failed || !got.broken);
  if (got.failed) {
    EXPECT_TRUE(its.harmed) << "NE-4: " << to_string(*got.failed);
    return;
  }
  if (its.stopped || !its.stands)
    return;
  auto solvers = its.solvers;
  std::ranges::sort(solvers, {}, &placed_solver::solver);
  std::vector<std::uint64_t> expected;
  for (const auto& one : solvers)
    expected.push_back(one.solver);
  if (its.step.kind == step_kind::scatter || its.step.kind == step_kind::map)
    expected = numbers_in(its.step.arguments);
  EXPECT_EQ(numbers_in(got.answers), expected);
  EXPECT_EQ(got.solver_seconds.size(), solvers.size());
}

void simulated_node::on(const node_commands::refuse& it) {
  const auto found = open_.find(it.request);
  ASSERT_NE(found, open_.end()) << "NE-2";
  if (const auto run = runs_.find(found->second); run == runs_.end())
    EXPECT_EQ(it.text, "the run is over");
  else if (it.why == errc::model_missing)
    run->second.open = 0; // it may be asked for again
  else
    runs_.erase(run);
  open_.erase(found);
}

void simulated_node::on(const node_commands::end_node& it) {
  EXPECT_EQ(open_.erase(it.request), 1U);
  EXPECT_TRUE(workers_.empty()) << "NE-10";
  life_ = life::ended;
}

} // namespace lockstep
