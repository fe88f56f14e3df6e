// SPDX-License-Identifier: BSD-3-Clause

#include "tests/sim/simulated_cluster.hpp"

#include "control/answers/run_text.hpp"
#include "control/answers/system_json.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace lockstep {

blob byte_blob(unsigned value) {
  return blob{std::vector<std::byte>{std::byte(value)}};
}

unsigned byte_of(const blob& value) {
  return static_cast<unsigned>(value.bytes().front());
}

worker_proxy::behavior_type simulated_proxy_state::make_behavior() {
  return {
      [this](const prepare_solver& seat) {
        index = seat.index;
        stop_up_to = 0;
        solver_answer done;
        done.thrown = loaded.path == seat.model.path && loaded.sha256 != seat.model.sha256;
        done.answers.emplace_back();
        return done;
      },
      [this](const solver_task& task) { return work(task); },
      [](const combine_task& task) {
        unsigned total = 0;
        for (const auto& one : task.answers)
          total += byte_of(one);
        solver_answer combined;
        combined.answers.push_back(byte_blob(total));
        return combined;
      },
      [this](get_status) {
        solver_status now;
        now.solver = index;
        return now;
      },
      [this](const stop_solver& asked) {
        stop_up_to = std::max(stop_up_to, asked.up_to_number);
        release(waiting);
      },
      [](destroy_solver) {},
      [this](const preload_library& ahead) { loaded = ahead.model; },
      [this](check_progress) { release(hanging); },
  };
}

caf::result<solver_answer> simulated_proxy_state::work(const solver_task& task) {
  solver_answer answer;
  if (task.name == "hang") {
    hanging.push_back(self->make_response_promise<solver_answer>());
    return hanging.back();
  }
  if ((task.name == "throw" || task.name == "wait") && throwing.contains(index)) {
    answer.thrown = true;
    answer.type = "simulated";
    answer.text = "from solver " + std::to_string(index);
    return answer;
  }
  if (task.name == "wait") {
    waiting.push_back(self->make_response_promise<solver_answer>());
    return waiting.back();
  }
  if (task.name == "told") {
    answer.answers.push_back(byte_blob(task.number <= stop_up_to ? 1 : 0));
    return answer;
  }
  for (const auto& argument : task.arguments)
    answer.answers.push_back(task.name == "index" ? byte_blob(static_cast<unsigned>(index))
                                                  : argument);
  answer.seconds = 0.5 + static_cast<double>(index);
  return answer;
}

void simulated_proxy_state::release(std::vector<caf::typed_response_promise<solver_answer>>& held) {
  for (auto& promise : std::exchange(held, {})) {
    solver_answer answer;
    answer.answers.emplace_back();
    promise.deliver(std::move(answer));
  }
}

void simulated_workers::start(slot_number slot) {
  if (!why_not_.empty()) {
    caf_compat::anon_send(node_, worker_exit{slot.value, 0, why_not_, {}, {}, "last line"});
    return;
  }
  using proxy = caf::stateful_actor<simulated_proxy_state, worker_proxy::base>;
  auto worker = system_.spawn<proxy>(throwing_);
  const auto pid = ++last_pid_;
  living_[pid] = {slot.value, worker};
  caf_compat::anon_send(node_, join_as_worker{slot, pid, worker});
}

void simulated_workers::kill(slot_number slot, std::int64_t pid) {
  const auto found = living_.extract(pid);
  if (found.empty())
    return;
  caf::anon_send_exit(found.mapped().second, caf::exit_reason::kill);
  caf_compat::anon_send(
      node_, worker_exit{slot.value, pid, "was killed by signal 9 (Killed)", 9, {}, "last line"});
}

void simulated_workers::crash(slot_number slot) {
  kill(slot, oldest_in(slot));
}

void simulated_workers::release(slot_number slot) {
  caf_compat::anon_send(living_.at(oldest_in(slot)).second, check_progress{});
}

std::int64_t simulated_workers::oldest_in(slot_number slot) const {
  const auto of_slot = [slot](const auto& x) { return x.second.first == slot.value; };
  return std::ranges::find_if(living_, of_slot)->first;
}

std::vector<std::int64_t> simulated_workers::living() const {
  std::vector<std::int64_t> pids;
  for (const auto& [pid, worker] : living_)
    pids.push_back(pid);
  return pids;
}

void simulated_workers::stop_all() {
  while (!living_.empty())
    kill({living_.begin()->second.first}, living_.begin()->first);
}

namespace {

/// A fake: plans are written down, and the test speaks for them.
class noted_plans final : public plan_launcher {
public:
  explicit noted_plans(simulated_cluster& cluster) : cluster_(cluster) {}
  void begin(plan_start start, const controller_actor&) override {
    if (!cluster_.plans_can_start)
      throw std::system_error(EAGAIN, std::generic_category());
    cluster_.orders[start.run] = plan_order::go_on;
    cluster_.plans.push_back(std::move(start));
  }
  void order(run_id run, plan_order what) override { cluster_.orders[run] = what; }
  void ended(run_id) override {}

private:
  simulated_cluster& cluster_;
};

} // namespace

simulated_cluster::simulated_cluster(std::vector<std::size_t> slots_of_nodes, std::uint64_t seed,
                                     const std::set<std::uint64_t>& throwing,
                                     const std::set<std::size_t>& remote_nodes)
    : world(seed) {
  controller =
      world.system.spawn<caf::stateful_actor<controller_actor_state, controller_actor::base>>(
          std::make_shared<noted_plans>(*this), controller_options{});
  for (const auto slots : slots_of_nodes)
    add_node(slots, throwing, remote_nodes.contains(nodes.size()));
}

void simulated_cluster::add_node(std::size_t slots, const std::set<std::uint64_t>& throwing,
                                 bool remote) {
  auto source = std::make_shared<simulated_workers>(world.system, slots, throwing);
  const node_description description{"simulated", 1, "0", 1, source->cores(), remote};
  auto node = world.system.spawn<caf::stateful_actor<node_actor_state, node_actor::base>>(
      controller, description, source);
  source->connect(node);
  caf_compat::anon_send(node, start_node{});
  nodes.push_back(node);
  workers.push_back(std::move(source));
  world.run();
}

simulated_cluster::~simulated_cluster() {
  for (const auto& node : nodes)
    caf::anon_send_exit(node, caf::exit_reason::kill);
  for (const auto& source : workers)
    source->stop_all();
  caf::anon_send_exit(controller, caf::exit_reason::kill);
  world.run();
  for (const auto& source : workers)
    source->disconnect();
  nodes.clear();
  controller = nullptr;
}

run_id simulated_cluster::start_run(std::uint64_t solvers, model_reference model) {
  return queue({.model = std::move(model), .solvers = solvers})->run;
}

std::shared_ptr<std::optional<plan_answer>>
simulated_cluster::begin_step(run_id run, step_call call, std::size_t jobs_max) {
  auto answer = std::make_shared<std::optional<plan_answer>>();
  world.system.spawn(
      [answer, run, call = std::move(call), to = controller](caf::event_based_actor* self) mutable {
        caf_compat::request(self, to, caf::infinite, plan_call{run, std::move(call)})
            .then([answer](plan_answer& got) { *answer = std::move(got); });
      });
  world.run(jobs_max);
  return answer;
}

std::optional<plan_answer> simulated_cluster::step(run_id run, step_call call) {
  return *begin_step(run, std::move(call));
}

void simulated_cluster::cancel(run_id run, std::chrono::milliseconds grace) {
  caf_compat::anon_send(controller, cancel_run{run, grace, "it is a test"});
  world.run();
}

void simulated_cluster::end_plan(run_id run, json result) {
  plan_ended ended;
  ended.run = run;
  ended.result = json_text{result};
  caf_compat::anon_send(controller, std::move(ended));
  world.run();
}

json simulated_cluster::describe(run_id run) {
  const auto found = ask<run_info>(get_run{run});
  return found ? json::parse(to_text(*found, SIZE_MAX)) : json();
}

json simulated_cluster::list_of_nodes() {
  return to_json(*ask<std::vector<node_info>>(list_nodes{}));
}

} // namespace lockstep
