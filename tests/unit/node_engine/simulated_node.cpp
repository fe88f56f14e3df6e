// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/node_engine/simulated_node.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace lockstep {

namespace {

blob blob_of(std::uint64_t value) {
  std::vector<std::byte> bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return blob{std::move(bytes)};
}

} // namespace

simulated_node::simulated_node(std::uint64_t seed)
    : random_(seed), slots_(1 + below(6)), workers_stay_(chance(20)), looks_(chance(30)),
      engine_({slots_, workers_stay_, looks_}), starting_(slots_), failing_(slots_),
      spoilt_(slots_) {}

void simulated_node::live() {
  soon([this] { tell(node_events::named{"n1"}); });
  tell(node_events::opened{});
  for (auto steps = 50 + below(300); steps != 0 && !testing::Test::HasFailure(); --steps) {
    const auto what = below(100);
    if (what < 30)
      act();
    else if (what < 35 || !happen())
      pass_time();
  }
  if (!chance(20))
    settle();
  const auto request = ++last_request_;
  open_[request] = {};
  life_ = life::stopping;
  tell(node_events::stop_asked_of_node{request});
  come_to_rest();
  ASSERT_EQ(life_, life::ended) << "NE-10";
}

void simulated_node::come_to_rest() {
  while (!testing::Test::HasFailure() && (happen() || timer_))
    if (pending_.empty())
      pass_time();
}

/// Once the last run is over, every slot has a worker for the next.
void simulated_node::settle() {
  quiet_ = true;
  while (!runs_.empty()) {
    const auto id = runs_.begin()->first;
    runs_.erase(runs_.begin());
    tell(node_events::run_closed{id});
  }
  ASSERT_TRUE(open_.empty()) << "NE-2: a request was not answered";
  come_to_rest();
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    ASSERT_TRUE(engine_.seen(slot).is_usable) << "slot " << slot;
    ASSERT_FALSE(spoilt_[slot]) << "something is left of a run";
  }
}

void simulated_node::tell(node_engine_event event) {
  for (auto& what : engine_.handle(std::move(event), now_))
    std::visit([this](auto& it) { on(it); }, what);
}

bool simulated_node::happen() {
  if (pending_.empty())
    return false;
  std::swap(pending_[below(pending_.size())], pending_.back());
  const auto what = std::move(pending_.back());
  pending_.pop_back();
  what();
  return true;
}

void simulated_node::pass_time() {
  if (!timer_)
    return;
  for (auto& [id, its] : runs_)
    its.harmed = its.harmed || !its.stands; // it may have waited too long
  now_ = std::max(now_, *std::exchange(timer_, {}));
  tell(node_events::time_came{});
}

void simulated_node::act() {
  if (runs_.empty() || chance(20))
    return ask_for_run();
  if (chance(10))
    return disturb_a_worker();
  const auto found = std::next(runs_.begin(), static_cast<std::ptrdiff_t>(below(runs_.size())));
  auto& [id, its] = *found;
  if (its.stands && its.open == 0 && chance(70))
    return begin_step(id, its);
  if (!its.stands && its.open == 0 && chance(50)) // its library was not here
    return ask_for(id, its.solvers);
  if (chance(30))
    return trouble(id, its);
  if (chance(30)) {
    const auto over = id;
    runs_.erase(found);
    tell(node_events::run_closed{over});
  }
}

bool simulated_node::is_taken(std::uint32_t slot) const {
  return std::ranges::any_of(runs_, [slot](const auto& one) {
    return std::ranges::find(one.second.solvers, slot, &placed_solver::slot) !=
           one.second.solvers.end();
  });
}

void simulated_node::ask_for_run() {
  std::vector<placed_solver> solvers;
  bool refused = false;
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    if (!chance(is_taken(slot) ? 3 : 60))
      continue;
    refused = refused || is_taken(slot);
    solvers.push_back({below(2) + 2 * solvers.size(), slot, 1 + below(3)});
  }
  if (solvers.empty())
    return;
  std::ranges::shuffle(solvers, random_);
  const run_id id{++last_run_};
  runs_[id].solvers = refused ? std::vector<placed_solver>{} : solvers;
  ask_for(id, std::move(solvers));
  EXPECT_EQ(refused, !engine_.has(id)) << "NE-1";
}

void simulated_node::ask_for(run_id id, std::vector<placed_solver> solvers) {
  const auto request = ++last_request_;
  open_[request] = id;
  auto& its = runs_[id];
  its.open = request;
  for (const auto& one : solvers)
    its.harmed = its.harmed || failing_[one.slot];
  // Of two builds, so that workers that hold the other are exchanged.
  model_reference model{"m", "/m.so", chance(50) ? "a" : "b"};
  tell(node_events::run_asked{request, {id, std::move(model), std::move(solvers), 12, 1}});
}

void simulated_node::begin_step(run_id id, asked_run& its) {
  auto& step = its.step;
  step = {};
  step.request = its.open = ++last_request_;
  open_[step.request] = id;
  step.run = id;
  step.number = ++its.number;
  step.kind = std::array{step_kind::broadcast, step_kind::scatter, step_kind::map,
                         step_kind::reduce}[below(4)];
  step.text = std::make_shared<const step_text>();
  step.watched = chance(20);
  std::size_t arguments = 1;
  if (step.kind == step_kind::scatter)
    arguments = its.solvers.size();
  else if (step.kind == step_kind::map)
    arguments = below(20);
  for (; arguments != 0; --arguments)
    step.arguments.push_back(blob_of(++last_argument_));
  its.stopped = false;
  if (chance(10)) {
    step.time_limit_ms = static_cast<std::int64_t>(1 + below(300));
    its.harmed = true;
  }
  tell(step);
}

void simulated_node::trouble(run_id id, asked_run& its) {
  its.harmed = true;
  if (chance(50)) {
    tell(node_events::cancel_asked{id, std::chrono::milliseconds{below(300)}});
    return;
  }
  its.stopped = true;
  tell(node_events::stop_asked{id, its.number});
}

void simulated_node::harm(std::uint32_t slot) {
  for (auto& [id, its] : runs_)
    if (std::ranges::find(its.solvers, slot, &placed_solver::slot) != its.solvers.end())
      its.harmed = true;
}

void simulated_node::disturb_a_worker() {
  if (workers_.empty())
    return;
  auto& [who, its] =
      *std::next(workers_.begin(), static_cast<std::ptrdiff_t>(below(workers_.size())));
  if (its.now != outcome::living)
    return;
  harm(who.slot);
  its.unreachable = chance(20);
  if (its.unreachable)
    tell(node_events::worker_unreachable{who});
  else
    end(who);
}

} // namespace lockstep
