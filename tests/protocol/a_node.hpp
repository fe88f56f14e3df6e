// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/protocol/conversation.hpp"

#include "actors/node/node_actor.hpp"
#include "actors/node/worker_source.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace lockstep {

/// Starts nobody: notes what a node asks for.
struct asked_source final : worker_source {
  [[nodiscard]] std::vector<std::int64_t> cores() const override { return {-1, -1}; }
  void start(slot_number slot) override { started.push_back(slot); }
  void kill(slot_number slot, std::int64_t pid) override { killed.emplace_back(slot, pid); }
  [[nodiscard]] bool workers_stay() const override { return false; }
  void end_leftovers() override {}
  void stop_all() override { is_stopped = true; }
  [[nodiscard]] output_tail output(slot_number, std::size_t) const override { return {}; }

  std::vector<slot_number> started;
  std::vector<std::pair<slot_number, std::int64_t>> killed;
  bool is_stopped = false;
};

/// A node of two places under test. Its controller and its workers' proxies are played.
struct a_node : conversation {
  a_node() {
    node = spawn<node_actor, node_actor_state>(controller.as<controller_actor>(),
                                               node_description{"machine", pid, "0", 1, {-1, -1}},
                                               std::static_pointer_cast<worker_source>(source));
  }

  /// It introduces itself and is taken, as n1.
  void open() {
    inject().with(start_node{}).to(node);
    expect<join_as_node>().from(node).to(controller);
    controller.answer(node_number{1});
    expect<node_number>().from(controller).to(node);
  }

  /// A worker comes up, as process 1000 and its slot, and the controller hears of it.
  void join(const stand_in& proxy, std::uint32_t slot) {
    inject()
        .with(join_as_worker{slot_number{slot}, pid_in(slot), proxy.as<worker_proxy>()})
        .from(proxy)
        .to(node);
    expect<std::int64_t>().with(pid).from(node).to(proxy);
    expect<node_number, worker_change>()
        .with(node_number{1}, [](const worker_change& x) { return x.up; })
        .from(node)
        .to(controller);
  }

  /// Both workers are there and have a solver each of run r1, in order.
  void begin_run() {
    open();
    join(first, 0);
    join(second, 1);
    inject().with(share_of_run()).from(controller).to(node);
    expect<prepare_solver>().from(node).to(first);
    expect<prepare_solver>().from(node).to(second);
    for (auto* each : {&first, &second}) {
      each->answer(solver_answer{{blob{}}, false, {}, {}, 0, 0});
      expect<solver_answer>().from(*each).to(node);
    }
    expect<node_answer>().from(node).to(controller);
  }

  /// The controller asks for a step of run r1.
  void call_step(node_step step = {}) {
    step.run = run_id{1};
    step.number = 1;
    step.name = "move";
    step.arguments.emplace_back();
    inject().with(std::move(step)).from(controller).to(node);
  }

  [[nodiscard]] static prepare_run share_of_run() {
    prepare_run asked;
    asked.run = run_id{1};
    asked.model.name = "pi";
    asked.solvers = {{0, 0, 1}, {1, 1, 1}};
    asked.total = 2;
    asked.seed = 7;
    return asked;
  }

  [[nodiscard]] static std::int64_t pid_in(std::uint32_t slot) { return 1'000 + slot; }

  static constexpr std::int64_t pid = 99;
  std::shared_ptr<asked_source> source = std::make_shared<asked_source>();
  stand_in controller{*this};
  stand_in first{*this};  ///< the proxy in slot 0
  stand_in second{*this}; ///< in slot 1
  node_actor node;
};

} // namespace lockstep
