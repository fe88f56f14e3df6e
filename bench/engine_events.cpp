// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/node/node_engine.hpp"
#include "actors/rules/run/run_engine.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

// How many events a second of a core the engines of a head and of its nodes take together: runs on
// so many machines with so many solvers each, in one thread, without any message.
// Usage: engine_events [MACHINES SOLVERS STEPS]

namespace {

using namespace lockstep;

/// What both engines have been told.
struct counter {
  std::uint64_t events = 0;
  std::uint64_t steps = 0;
};

/// A node whose workers answer every task, in their order.
class machine {
public:
  machine(node_number number, std::size_t solvers, counter& count)
      : number_(number), engine_({solvers, true, false}), count_(count), counts_(solvers) {
    tell(node_events::opened{});
    tell(node_events::named{to_string(number)});
    for (std::uint32_t slot = 0; slot < solvers; ++slot)
      tell(node_events::worker_joined{{slot, slot + 1}});
  }

  void prepare(const run_commands::prepare_node& asked) {
    tell(node_events::run_asked{0, {asked.run, {}, asked.solvers, asked.total, 1}});
  }

  void begin(run_commands::ask_node& asked) {
    const auto& call = *asked.call;
    tell(node_events::step_asked{
        asked.number, asked.run, asked.number, call.kind,
        std::make_shared<const step_text>(step_text{call.key, call.name, call.operation}),
        call.chunk, std::move(asked.arguments), 0, false});
  }

  /// What it has to say to the head, whose workers have answered meanwhile.
  std::vector<run_events::node_answered> answers() {
    while (!tasks_.empty())
      for (const auto& task : std::exchange(tasks_, {}))
        tell(node_events::task_answered{
            task, std::vector<blob>(counts_[task.solver % counts_.size()]), false, {}, {}, 1e-6});
    return std::exchange(answers_, {});
  }

private:
  void tell(node_engine_event event) {
    ++count_.events;
    for (auto& what : engine_.handle(std::move(event), now_))
      std::visit([this](auto& command) { obey(command); }, what);
  }

  template <class Command>
  void obey(Command&) {}
  void obey(node_commands::construct_solver& what) { keep(what.task, 1); }
  void obey(node_commands::hand_task& what) { keep(what.task, what.arguments.size()); }
  void obey(node_commands::hand_combination& what) { keep(what.task, 1); }
  void obey(node_commands::answer& what) {
    answers_.push_back({what.run, number_, what.request, 1, std::move(what.answers),
                        std::move(what.solver_seconds), what.reduce_seconds, std::move(what.failed),
                        what.broken});
  }
  void keep(const task_identity& task, std::size_t answers) {
    tasks_.push_back(task);
    counts_[task.solver % counts_.size()] = answers;
  }

  node_number number_;
  node_engine engine_;
  counter& count_;
  due_time now_{};
  std::vector<task_identity> tasks_;
  std::vector<std::size_t> counts_; ///< of answers, by solver
  std::vector<run_events::node_answered> answers_;
};

/// A head, its machines and runs of so many solvers side by side, each doing step after step.
class cluster {
public:
  cluster(step_kind kind, std::size_t machines, std::size_t slots, std::size_t solvers_of_run)
      : kind_(kind) {
    for (std::uint32_t i = 1; i <= machines; ++i) {
      machines_.push_back(std::make_unique<machine>(node_number{i}, slots, count_));
      tell(run_events::node_joined{{i}, {}, "host", slots, false});
    }
    for (std::size_t placed = 0; placed + solvers_of_run <= machines * slots;
         placed += solvers_of_run)
      tell(run_events::run_added{{++runs_}, {{{solvers_of_run, 0}}}});
    answer_all();
  }

  /// Every run does a step.
  void step() {
    for (const auto run : std::exchange(plans_, {})) {
      step_call call;
      call.kind = kind_;
      call.name = "step";
      call.arguments.resize(kind_ == step_kind::map ? 4 * machines_.size() : 1);
      tell(run_events::plan_called{run, ++calls_, std::move(call)});
    }
    answer_all();
  }

  [[nodiscard]] const counter& count() const { return count_; }
  [[nodiscard]] std::uint64_t runs() const { return runs_; }

private:
  void answer_all() {
    for (auto& each : machines_)
      for (auto& answer : each->answers())
        tell(std::move(answer));
  }

  void tell(run_engine_event what) {
    ++count_.events;
    for (auto& each : engine_.handle(std::move(what), now_))
      std::visit([this](auto& command) { obey(command); }, each);
  }

  template <class Command>
  void obey(Command&) {}
  void obey(run_commands::prepare_node& what) { at(what.node).prepare(what); }
  void obey(run_commands::ask_node& what) { at(what.node).begin(what); }
  void obey(run_commands::begin_plan& what) { plans_.push_back(what.run); }
  void obey(run_commands::answer_plan& what) {
    count_.steps += std::holds_alternative<std::vector<blob>>(what.outcome) ? 1U : 0U;
    plans_.push_back(what.run);
  }
  machine& at(node_number node) { return *machines_[node.value - 1]; }

  step_kind kind_;
  counter count_;
  due_time now_{};
  run_engine engine_{false};
  std::vector<std::unique_ptr<machine>> machines_;
  std::vector<run_id> plans_; ///< whose turn it is
  std::uint64_t runs_ = 0;
  std::uint64_t calls_ = 0;
};

void measure(const char* name, step_kind kind, std::size_t machines, std::size_t slots,
             std::size_t solvers_of_run, std::size_t steps) {
  cluster all{kind, machines, slots, solvers_of_run};
  all.step(); // warm
  const auto before = all.count();
  const auto begun = std::clock();
  for (std::size_t i = 0; i < steps; ++i)
    all.step();
  const auto took = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  if (all.count().steps - before.steps != all.runs() * steps)
    std::exit(EXIT_FAILURE);
  std::printf("%-10s %5zu machines x %3zu solvers, runs of %6zu: %6.2f million events a second\n",
              name, machines, slots, solvers_of_run,
              1e-6 * static_cast<double>(all.count().events - before.events) / took);
}

std::size_t number(int count, char** words, int index, std::size_t usual) {
  return index < count ? std::strtoul(words[index], nullptr, 10) : usual;
}

} // namespace

int main(int count, char** words) {
  const auto machines = number(count, words, 1, 1'000);
  const auto slots = number(count, words, 2, 64);
  const auto steps = number(count, words, 3, 20);
  for (const auto of_run : {machines * slots, slots}) {
    measure("broadcast", step_kind::broadcast, machines, slots, of_run, steps);
    measure("map", step_kind::map, machines, slots, of_run, steps);
    measure("reduce", step_kind::reduce, machines, slots, of_run, steps);
  }
}
