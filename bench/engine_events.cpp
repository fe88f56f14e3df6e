#include "actors/rules/node/node_engine.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// How many events a second the engines take: a run on so many machines with so many solvers each,
// in one thread, without any message. Usage: engine_events [MACHINES SOLVERS STEPS]

namespace {

using namespace lockstep;

struct counter {
  std::uint64_t events = 0;
  std::uint64_t answers = 0; ///< of nodes
};

/// A node whose workers answer every task, in their order.
class machine {
public:
  machine(std::size_t solvers, counter& count) : engine_({solvers, true, false}), count_(count) {
    tell(node_events::opened{});
    tell(node_events::named{"n1"});
    run_part part{{1}, {}, {}, solvers, 1};
    for (std::uint32_t slot = 0; slot < solvers; ++slot) {
      tell(node_events::worker_joined{{slot, slot + 1}});
      part.solvers.push_back({slot, slot, 1});
    }
    tell(node_events::run_asked{1, std::move(part)});
    answer_all();
  }

  void begin(const node_events::step_asked& step) { tell(step); }

  void answer_all() {
    while (!tasks_.empty())
      for (const auto& task : std::exchange(tasks_, {}))
        tell(node_events::task_answered{task, std::vector<blob>(1), false, {}, {}, 1e-6});
  }

private:
  void tell(node_event event) {
    ++count_.events;
    for (auto& what : engine_.handle(std::move(event), now_))
      if (const auto* task = std::get_if<node_commands::hand_task>(&what))
        tasks_.push_back(task->task);
      else if (const auto* made = std::get_if<node_commands::construct_solver>(&what))
        tasks_.push_back(made->task);
      else if (const auto* combined = std::get_if<node_commands::hand_combination>(&what))
        tasks_.push_back(combined->task);
      else if (std::holds_alternative<node_commands::answer>(what))
        ++count_.answers;
  }

  node_engine engine_;
  counter& count_;
  due_time now_{};
  std::vector<task_identity> tasks_;
};

void measure(const char* name, step_kind kind, std::size_t machines, std::size_t solvers,
             std::size_t steps) {
  counter count;
  std::vector<std::unique_ptr<machine>> all;
  for (std::size_t i = 0; i < machines; ++i)
    all.push_back(std::make_unique<machine>(solvers, count));
  count = {};
  node_events::step_asked step;
  step.run = {1};
  step.kind = kind;
  step.text = std::make_shared<const step_text>(step_text{"key", "step", "sum"});
  step.arguments.resize(kind == step_kind::map ? 4 * solvers : solvers);
  const auto begun = std::chrono::steady_clock::now();
  for (step.number = 1; step.number <= steps; ++step.number) {
    ++step.request;
    for (auto& one : all)
      one->begin(step);
    for (auto& one : all)
      one->answer_all();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (count.answers != machines * steps)
    std::exit(1);
  std::printf("%-10s %5zu machines x %3zu solvers %10.2f million events/s\n", name, machines,
              solvers, 1e-6 * static_cast<double>(count.events) / took.count());
}

std::size_t number(int count, char** words, int index, std::size_t usual) {
  return index < count ? std::strtoul(words[index], nullptr, 10) : usual;
}

} // namespace

int main(int count, char** words) {
  const auto machines = number(count, words, 1, 1'000);
  const auto solvers = number(count, words, 2, 64);
  const auto steps = number(count, words, 3, 20);
  measure("broadcast", step_kind::broadcast, machines, solvers, steps);
  measure("map", step_kind::map, machines, solvers, steps);
  measure("reduce", step_kind::reduce, machines, solvers, steps);
}
