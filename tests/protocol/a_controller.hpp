// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/protocol/conversation.hpp"

#include "actors/controller/controller_actor.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

/// Anything with a state that is in this one.
inline auto in_state(run_state wanted) {
  return [wanted](const auto& found) { return found.state == wanted; };
}

/// What a node answers to a step that came to its end.
inline node_answer answer_of(std::size_t solvers) {
  node_answer answer;
  answer.answers.resize(solvers);
  answer.solver_seconds.assign(solvers, 0.5);
  return answer;
}

/// Lets no plan run: counts those that begin.
struct counted_plans final : plan_launcher {
  void begin(plan_start, const controller_actor&) override { ++begun; }
  void order(run_id, plan_order) override {}
  void ended(run_id) override {}

  std::size_t begun = 0;
};

/// A controller under test. Whoever asks for runs, their plans and the nodes are played.
struct a_controller : conversation {
  a_controller() {
    controller = spawn<controller_actor, controller_actor_state>(
        std::static_pointer_cast<plan_launcher>(plans), controller_options{});
  }

  /// A node introduces itself, as the next one.
  void join(const stand_in& node, std::size_t places) {
    const auto number = ++nodes_joined;
    const node_description told{"machine" + std::to_string(number), 100 + number, "0", 1,
                                std::vector<std::int64_t>(places, -1)};
    inject().with(join_as_node{told, node.as<node_actor>()}).from(node).to(controller);
    expect<node_number>().with(node_number{number}).from(controller).to(node);
  }

  /// Run r1 begins on these nodes, and all its solvers stand.
  void begin_run(std::vector<stand_in*> nodes) {
    inject().with(start_run{.model = {.name = "pi"}}).from(client).to(controller);
    expect<run_info>().with(in_state(run_state::starting)).from(controller).to(client);
    for (auto* each : nodes)
      expect<prepare_run>().from(controller).to(*each);
    for (auto* each : nodes) {
      each->answer(node_answer{});
      expect<node_answer>().from(*each).to(controller);
    }
    ensure(plans->begun == 1);
  }

  /// The plan asks for the step "move" of run r1.
  void call_step() {
    plan_call call{run_id{1}, {}};
    call.step.name = "move";
    call.step.arguments.emplace_back();
    inject().with(std::move(call)).from(plan).to(controller);
  }

  /// The plan of run r1 returns.
  void end_plan() {
    plan_ended ended;
    ended.run = run_id{1};
    ended.result = json_text{json(42)};
    inject().with(ended).from(plan).to(controller);
  }

  std::shared_ptr<counted_plans> plans = std::make_shared<counted_plans>();
  controller_actor controller;
  stand_in client{*this};
  stand_in plan{*this};
  std::uint32_t nodes_joined = 0;
};

} // namespace lockstep
