// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/sim/simulated_system.hpp"

#include "actors/controller/controller_actor.hpp"
#include "actors/node/node_actor.hpp"
#include "actors/node/worker_source.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace lockstep {

/// A stand-in for a worker's proxy: answers the step "echo" with its argument, "index" with its
/// index, "sum" combined by adding bytes; "throw" throws where its index is in `throwing`; "wait"
/// does too, and answers elsewhere once it is asked to stop; "told" answers whether it is asked to
/// stop; "hang" never answers, unless it is released.
struct simulated_proxy_state {
  worker_proxy::pointer self;
  std::set<std::uint64_t> throwing;
  std::uint64_t index = 0;
  model_reference loaded; ///< ahead; another build of the same file is refused
  std::uint64_t stop_up_to = 0;
  std::vector<caf::typed_response_promise<solver_answer>> hanging;
  std::vector<caf::typed_response_promise<solver_answer>> waiting;

  simulated_proxy_state(worker_proxy::pointer me, std::set<std::uint64_t> who)
      : self(me), throwing(std::move(who)) {}

  worker_proxy::behavior_type make_behavior();
  caf::result<solver_answer> work(const solver_task& task);
  static void release(std::vector<caf::typed_response_promise<solver_answer>>& held);
};

/// A stand-in for a node's processes: workers are actors, and die when told.
class simulated_workers final : public worker_source {
public:
  simulated_workers(caf::actor_system& system, std::size_t slots, std::set<std::uint64_t> throwing)
      : system_(system), slots_(slots), throwing_(std::move(throwing)) {}

  void connect(node_actor node) { node_ = std::move(node); }
  void disconnect() { node_ = nullptr; }

  [[nodiscard]] std::vector<std::int64_t> cores() const override {
    return std::vector<std::int64_t>(slots_, -1);
  }
  void start(slot_number slot) override;
  void kill(slot_number slot, std::int64_t pid) override;
  [[nodiscard]] bool workers_stay() const override { return false; }
  void end_leftovers() override { caf_compat::anon_send(node_, leftovers_ended{}); }
  /// Lets a step that hangs answer, in the slot's oldest worker.
  void release(slot_number slot);
  void stop_all() override;
  [[nodiscard]] output_tail output(slot_number, std::size_t) const override {
    return {"printed", 0};
  }

  /// From now on none can be started, for this reason; with none they can.
  void fail_starts(std::string why) { why_not_ = std::move(why); }
  /// Lets the slot's oldest worker die: the one that serves the run.
  void crash(slot_number slot);
  /// The process numbers of all workers that live.
  [[nodiscard]] std::vector<std::int64_t> living() const;

private:
  [[nodiscard]] std::int64_t oldest_in(slot_number slot) const;

  caf::actor_system& system_;
  std::size_t slots_;
  std::set<std::uint64_t> throwing_;
  node_actor node_;
  std::map<std::int64_t, std::pair<std::uint32_t, worker_proxy>> living_; ///< by process number
  std::int64_t last_pid_ = 1'000;
  std::string why_not_; ///< empty: workers start
};

/// A controller with nodes and simulated workers; to some nodes, counted from 0, it is another
/// machine. The plan is the test itself.
class simulated_cluster {
public:
  explicit simulated_cluster(std::vector<std::size_t> slots_of_nodes, std::uint64_t seed = 0,
                             const std::set<std::uint64_t>& throwing = {},
                             const std::set<std::size_t>& remote_nodes = {});
  ~simulated_cluster();
  simulated_cluster(const simulated_cluster&) = delete;
  simulated_cluster& operator=(const simulated_cluster&) = delete;

  /// One more node, with so many places.
  void add_node(std::size_t slots, const std::set<std::uint64_t>& throwing = {},
                bool remote = false);

  /// Queues a run of `solvers` solvers (0 for all) and runs until its plan begins, if it does.
  run_id start_run(std::uint64_t solvers = 0, model_reference model = {"simulated", {}, {}});

  /// Lets the plan of a run ask for a step and runs the system; the answer if it came.
  std::optional<plan_answer> step(run_id run, step_call call);

  /// The same without waiting: the answer once it is there. Runs so many jobs.
  std::shared_ptr<std::optional<plan_answer>> begin_step(run_id run, step_call call,
                                                         std::size_t jobs_max = SIZE_MAX);

  void end_plan(run_id run, json result);

  /// The run as people see it; null where there is none.
  json describe(run_id run);

  /// The nodes as people see them.
  json list_of_nodes();

  /// Asks the controller and gives the answer, or the error.
  template <class Answer, class... Ts>
  caf::expected<Answer> ask(Ts&&... question) {
    caf::scoped_actor self{world.system};
    caf::expected<Answer> result{caf::error{}};
    auto pending = caf_compat::request(self.ptr(), controller, std::chrono::seconds{60},
                                       std::forward<Ts>(question)...);
    world.run();
    std::move(pending).receive([&](Answer& good) { result = std::move(good); },
                               [&](caf::error& why) { result = std::move(why); });
    return result;
  }

  caf::expected<run_info> queue(lockstep::start_run wanted) {
    return ask<run_info>(std::move(wanted));
  }

  void cancel(run_id run, std::chrono::milliseconds grace = std::chrono::milliseconds{0});

  simulated_system world;
  controller_actor controller;
  std::vector<node_actor> nodes;
  std::vector<std::shared_ptr<simulated_workers>> workers;
  std::vector<plan_start> plans;       ///< begun so far
  std::map<run_id, plan_order> orders; ///< what each was told last
  bool plans_can_start = true;
};

/// A blob of one byte, and back.
blob byte_blob(unsigned value);
unsigned byte_of(const blob& value);

} // namespace lockstep
