// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/unit/run_engine/engine_under_test.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace lockstep {

/// A run engine with nodes, plans and people who do what the seed decides, in any order: answers
/// come late, twice or never, nodes join and die, runs are paused and cancelled. After each event
/// it compares what the engine ordered with a model of its own and throws a sentence where an
/// invariant does not hold.
class simulated_head {
public:
  explicit simulated_head(std::uint64_t seed);

  /// So many things happen, then the head is told to stop, and everyone does what he is told.
  void live(std::size_t happenings);

private:
  struct plan_state {
    std::set<std::uint64_t> unanswered;
    bool told_to_stop = false;
  };
  struct run_seen {
    bool queued = true;
    bool over = false;
    place_demand demand;
    std::size_t solvers = 0;
    std::optional<plan_state> at_work; ///< none before it is begun and after it is over
  };
  /// What a node was asked for and has not answered.
  struct debt {
    run_events::node_answered answer;
    std::size_t owed = 0; ///< answers
  };

  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class Container>
  auto any_of(Container& from);
  std::optional<run_id> any_run();
  std::optional<node_number> any_node();

  void happen();
  void join();
  void add_run();
  void answer_debt();
  void plan_acts(run_id run, plan_state& its);
  void finish();
  void tell(run_engine_event what);
  void check_queue() const;

  template <class Command>
  void obey(const Command&) {}
  void obey(const run_commands::node_down& what);
  void obey(const run_commands::stop_node& what);
  void obey(const run_commands::prepare_node& what);
  void obey(const run_commands::push_library& what);
  void obey(const run_commands::ask_node& what);
  void obey(const run_commands::stop_solvers& what) { must_have(what.run, what.node); }
  void obey(const run_commands::cancel_solvers& what) { must_have(what.run, what.node); }
  void obey(const run_commands::close_run& what);
  void obey(const run_commands::begin_plan& what);
  void obey(const run_commands::answer_plan& what);
  void obey(const run_commands::stop_plan& what);
  void obey(const run_commands::give_plan_up& what);
  void obey(const run_commands::run_changed& what);
  void obey(const run_commands::run_placed& what) { runs_.at(what.run).solvers = what.solvers; }
  void obey(const run_commands::set_timer& what) { timers_[what.timer] = what.when; }
  void obey(const run_commands::remove_timer& what) { timers_.erase(what.timer); }
  void obey(const run_commands::end&) { ended_ = true; }
  void must_have(run_id run, node_number node) const;
  void leave(run_id run, node_number node);

  std::mt19937_64 random_;
  run_engine engine_{true};
  due_time now_{std::chrono::hours{1}};
  std::map<node_number, std::vector<run_id>> nodes_; ///< that are up: who has each slot
  std::map<run_id, run_seen> runs_;
  std::deque<run_id> queue_;
  std::vector<debt> debts_;
  std::map<run_timer, due_time> timers_;
  std::set<std::uint64_t> lost_calls_; ///< of plans that were given up or died
  std::uint32_t last_node_ = 0;
  std::uint64_t last_call_ = 0;
  bool stopping_ = false;
  bool ended_ = false;
};

} // namespace lockstep
