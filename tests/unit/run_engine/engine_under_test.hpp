// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/run/run_engine.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lockstep {

namespace commands = run_commands;
namespace events = run_events;

/// A run engine with the words for what tests let happen to it. It keeps the commands that the last
/// event set off.
class engine_under_test {
public:
  explicit engine_under_test(const std::vector<std::size_t>& slots_of_nodes = {},
                             bool nodes_can_join = false)
      : engine(nodes_can_join) {
    for (const auto slots : slots_of_nodes)
      join(slots);
  }

  void tell(run_engine_event what) { last = engine.handle(std::move(what), now); }

  node_number join(std::size_t slots, std::string name = {}, bool remote = false) {
    const node_number node{++last_node_};
    tell(events::node_joined{node, std::move(name), "host", slots, remote});
    return node;
  }

  run_id add(const run_wish& wish) {
    const run_id run{++last_run_};
    tell(events::run_added{run, wish});
    return run;
  }
  run_id add(std::size_t solvers) { return add(run_wish{{{solvers, 0}}}); }

  /// All its nodes have constructed their solvers.
  void constructed(run_id run) {
    std::vector<run_command> all;
    for (const auto node : engine.courses().at(run).nodes()) {
      tell(events::node_answered{run, node});
      all.insert(all.end(), last.begin(), last.end());
    }
    last = std::move(all);
  }

  /// A run whose plan has begun.
  run_id begin(std::size_t solvers) {
    const auto run = add(solvers);
    constructed(run);
    return run;
  }

  std::uint64_t call(run_id run, step_call step) {
    tell(events::plan_called{run, ++last_call_, std::move(step)});
    return last_call_;
  }

  void answer(run_id run, node_number node, std::uint64_t number, std::size_t answers) {
    tell(events::node_answered{run, node, number, 1, std::vector<blob>(answers)});
  }

  void fail(run_id run, node_number node, std::uint64_t number, const std::string& why,
            bool broken = false) {
    events::node_answered what{run, node, number};
    what.failed.emplace();
    what.failed->text = why;
    what.broken = broken;
    tell(std::move(what));
  }

  void end_plan(run_id run) { tell(events::plan_over{run}); }

  /// The commands of one kind that the last event set off.
  template <class Command>
  [[nodiscard]] std::vector<Command> ordered() const {
    std::vector<Command> found;
    for (const auto& each : last)
      if (const auto* it = std::get_if<Command>(&each))
        found.push_back(*it);
    return found;
  }

  /// "state" of each run that changed, by the last event.
  [[nodiscard]] std::vector<std::pair<run_id, run_state>> changes() const {
    std::vector<std::pair<run_id, run_state>> found;
    for (const auto& each : ordered<commands::run_changed>())
      found.emplace_back(each.run, each.state);
    return found;
  }

  run_engine engine;
  due_time now{std::chrono::hours{1}};
  std::vector<run_command> last;

private:
  std::uint32_t last_node_ = 0;
  std::uint64_t last_run_ = 0;
  std::uint64_t last_call_ = 0;
};

/// The nodes that commands of a kind are for, in order.
template <class Command>
std::vector<node_number> nodes_of(const std::vector<Command>& all) {
  std::vector<node_number> nodes;
  for (const auto& each : all)
    nodes.push_back(each.node);
  return nodes;
}

inline step_call broadcast_call() {
  step_call step;
  step.name = "work";
  step.arguments.resize(1);
  return step;
}

inline std::optional<step_failure> failure_in(const commands::answer_plan& answer) {
  const auto* why = std::get_if<step_failure>(&answer.outcome);
  return why == nullptr ? std::nullopt : std::optional{*why};
}

inline bool is_cancelled(const commands::answer_plan& answer) {
  return std::holds_alternative<cancelled_tag>(answer.outcome);
}

} // namespace lockstep
