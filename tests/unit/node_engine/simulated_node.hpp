// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/node_engine.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace lockstep {

/// A node's engine among workers and a controller that do everything in an order that the seed
/// decides: workers do not start, die, throw, answer late and never; runs come, are cancelled,
/// stopped, closed at any moment. Each command is checked against the engine's invariants.
class simulated_node {
public:
  explicit simulated_node(std::uint64_t seed);

  /// The whole life of the node; afterwards nothing is left.
  void live();

private:
  enum class outcome : std::uint8_t { living, killed, ended };
  struct worker {
    outcome now = outcome::living;
    bool unreachable = false;
    bool given_up = false; ///< by the engine: it was closed or killed
    run_id served;
    std::uint64_t attempt = 0; ///< of the task that it works on
  };
  struct asked_run {
    std::vector<placed_solver> solvers;
    std::uint64_t number = 0;
    bool stands = false;
    bool harmed = false;    ///< it may fail
    std::uint64_t open = 0; ///< request
    node_events::step_asked step;
    bool stopped = false; ///< the step
  };
  using happening = std::function<void()>;

  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  void tell(node_engine_event event);
  void soon(happening what) { pending_.push_back(std::move(what)); }
  bool happen();
  void pass_time();

  // What the controller does.
  void act();
  void ask_for_run();
  void ask_for(run_id id, std::vector<placed_solver> solvers);
  void begin_step(run_id id, asked_run& its);
  void trouble(run_id id, asked_run& its);
  void disturb_a_worker();
  void settle();
  void come_to_rest();
  void harm(std::uint32_t slot);
  [[nodiscard]] bool is_taken(std::uint32_t slot) const;
  worker& checked(worker_key who, run_id by);

  // What the engine wants.
  void obey(node_engine_command& what);
  void on(const node_commands::start_worker& it);
  void on(const node_commands::kill_worker& it);
  void on(const node_commands::load_ahead& it);
  void on(const node_commands::construct_solver& it);
  void on(const node_commands::hand_task& it);
  void on(const node_commands::hand_combination& it);
  void on(const node_commands::ask_to_stop& it);
  void on(const node_commands::close_solver& it);
  void on(const node_commands::end_leftovers& it);
  void on(const node_commands::stop_workers& it);
  void on(const node_commands::find_library& it);
  void on(const node_commands::answer& it);
  void on(const node_commands::refuse& it);
  void on(const node_commands::tell_change&) {}
  void on(const node_commands::tell_barrier&) {}
  void on(const node_commands::give_up_sending&) {}
  void on(const node_commands::wake_at& it) { timer_ = it.when; }
  void on(const node_commands::let_timer_go&) { timer_.reset(); }
  void on(const node_commands::end_node& it);

  void take_task(worker_key who, const task_identity& task, std::vector<blob> answers);
  void end(worker_key who);
  void check_answer(const asked_run& its, const node_commands::answer& got);

  std::mt19937_64 random_;
  std::size_t slots_;
  bool workers_stay_;
  bool looks_;
  node_engine engine_;
  due_time now_{};
  std::optional<due_time> timer_;
  std::vector<happening> pending_;
  std::map<worker_key, worker> workers_;
  std::vector<bool> starting_;
  std::vector<bool> failing_; ///< no worker could be started there
  std::vector<bool> spoilt_;  ///< a worker that had a solver has been there, and all is not ended
  std::map<run_id, asked_run> runs_;
  std::set<std::uint64_t> attempts_;
  std::map<std::uint64_t, run_id> open_; ///< requests
  std::uint64_t last_argument_ = 0;
  std::uint64_t last_request_ = 0;
  std::uint64_t last_run_ = 0;
  std::int64_t last_pid_ = 0;
  bool ending_leftovers_ = false;
  bool quiet_ = false; ///< no more trouble
  enum class life : std::uint8_t { serving, stopping, ended } life_ = life::serving;
};

} // namespace lockstep
