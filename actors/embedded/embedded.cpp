// SPDX-License-Identifier: BSD-3-Clause

#include "actors/embedded/embedded.hpp"

#include "actors/node/node_actor.hpp"
#include "actors/node/worker_source.hpp"
#include "actors/plan/plan_threads.hpp"
#include "actors/worker/solver_actor.hpp"
#include "actors/worker/worker_proxy.hpp"

#include <unistd.h>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <utility>

namespace lockstep {

namespace {

/// Workers that are actors of this process. Used by the node actor's thread only, after `connect`.
class worker_actors final : public worker_source {
public:
  worker_actors(caf::actor_system& system, std::size_t slots) : system_(system), slots_(slots) {}

  void connect(const node_actor& node) { node_ = caf::actor_cast<caf::actor_addr>(node); }

  [[nodiscard]] std::vector<std::int64_t> cores() const override {
    return std::vector<std::int64_t>(slots_, -1);
  }

  void start(slot_number slot) override {
    const auto node = caf::actor_cast<node_actor>(node_);
    if (!node)
      return;
    auto cell = std::make_shared<progress_cell>();
    // Not the process's number alone: the node tells a slot's workers apart by it.
    const auto pid = ++last_worker_;
    worker made{pid, cell, spawn_solver(system_, cell), {}};
    made.proxy = system_.spawn<caf::stateful_actor<worker_proxy_state, worker_proxy::base>>(
        proxy_place{slot, ::getpid(), cell, made.solver, node});
    caf_compat::anon_send(node, join_as_worker{slot, pid, made.proxy});
    living_[slot.value] = std::move(made);
  }

  /// Drops the worker's actors and tells its end. A computing thread cannot be killed: it goes on
  /// until the step returns, so it is told that it is cancelled. The proxy cannot be asked to do
  /// that, because it may be gone before it reads so.
  void kill(slot_number slot, std::int64_t pid) override {
    const auto found = living_.find(slot.value);
    if (found == living_.end() || found->second.pid != pid)
      return;
    const auto ended = std::move(found->second);
    living_.erase(found);
    ended.cell->stop_up_to(std::numeric_limits<std::uint64_t>::max());
    caf::anon_send_exit(ended.proxy, caf::exit_reason::kill);
    caf::anon_send_exit(ended.solver, caf::exit_reason::kill);
    if (const auto node = caf::actor_cast<node_actor>(node_))
      caf_compat::anon_send(node, worker_exit{slot.value, ended.pid, "was given up", {}, {}, {}});
  }

  /// They are this process.
  [[nodiscard]] bool workers_stay() const override { return true; }
  void end_leftovers() override {}

  void stop_all() override {
    while (!living_.empty())
      kill({living_.begin()->first}, living_.begin()->second.pid);
  }

  [[nodiscard]] output_tail output(slot_number, std::size_t) const override {
    return {"what solvers print goes where this program prints\n", 0};
  }

private:
  struct worker {
    std::int64_t pid = 0;
    std::shared_ptr<progress_cell> cell;
    solver_actor solver;
    worker_proxy proxy;
  };

  caf::actor_system& system_;
  std::size_t slots_;
  caf::actor_addr node_; ///< weak: the node owns this object
  std::map<std::uint32_t, worker> living_;
  std::int64_t last_worker_ = 0;
};

} // namespace

controller_actor spawn_embedded(caf::actor_system& system, std::size_t solvers,
                                controller_options options) {
  auto controller =
      system.spawn<caf::stateful_actor<controller_actor_state, controller_actor::base>>(
          std::make_shared<plan_threads>(system), options);
  auto workers = std::make_shared<worker_actors>(system, solvers);
  const node_description description{"embedded", ::getpid(), "", 0, workers->cores()};
  const auto node = system.spawn<caf::stateful_actor<node_actor_state, node_actor::base>>(
      controller, description, std::shared_ptr<worker_source>{workers});
  workers->connect(node);
  caf_compat::anon_send(node, start_node{});
  return controller;
}

} // namespace lockstep
