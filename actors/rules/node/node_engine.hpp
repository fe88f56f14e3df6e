// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/node/departures.hpp"
#include "actors/rules/node/node_commands.hpp"
#include "actors/rules/node/node_events.hpp"
#include "actors/rules/node/node_orders.hpp"
#include "actors/rules/node/node_run.hpp"
#include "actors/rules/node/worker_slots.hpp"
#include "actors/rules/node/worker_starts.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace lockstep {

/// What a node decides. An event goes in with the time, commands come out, to be carried out in
/// their order; nothing waits inside. It knows no process, no message and no clock.
///
/// A run's part is a table from solver to slot (`placed_solver`), and several runs have parts at a
/// time, on different slots. Each worker serves one run and is replaced; the next one of a slot is
/// prepared while the run is under way. What is handed to a worker carries an identity, and only
/// the answer with the same identity counts: what died, was given up or is over may still answer.
///
///     opened ──► serving ── stop_asked_of_node ──► stopping ── no worker is left ──► ended
///
/// Invariants:
///   NE-1  a slot is one run's at most; a run is refused where one of its slots is taken;
///   NE-2  every request is answered or refused once, unless the node ends first;
///   NE-3  an answer counts only for the hand-out that it names, in run, step, attempt, solver and
///         incarnation; another is counted as late and dropped. No attempt is given twice;
///   NE-4  what happens to one run brings no command for another's workers, steps or limits;
///   NE-5  a solver is constructed only where nothing is left of what was in its slot before;
///   NE-6  a worker gets tasks of one run in its life, unless workers stay;
///   NE-7  a worker has one task at a time, and none once it is evicted or parting;
///   NE-8  one worker at a time is being started in a slot;
///   NE-9  end_leftovers is asked for again only after nothing_left;
///   NE-10 once the node stops, no worker is started, no run is taken and no task is handed out.
class node_engine {
public:
  struct options {
    std::size_t slots = 0;
    bool workers_stay = false;        ///< from run to run, because they are actors of this process
    bool looks_for_libraries = false; ///< models lie elsewhere than where the run's head has them
  };

  explicit node_engine(const options& wanted);
  node_engine(const node_engine&) = delete;
  node_engine& operator=(const node_engine&) = delete;

  std::vector<node_engine_command> handle(node_engine_event event, due_time now);

  [[nodiscard]] worker_slots::view seen(std::uint32_t slot) const { return slots_.seen(slot); }
  [[nodiscard]] bool has(run_id run) const { return runs_.contains(run); }
  [[nodiscard]] bool is_stopping() const { return life_ != life::serving; }

  /// Answers that came for a hand-out that nobody waits for.
  [[nodiscard]] std::uint64_t late_answers() const { return late_answers_; }

private:
  enum class life : std::uint8_t { serving, stopping, ended };

  void on(node_events::opened);
  void on(node_events::named& told);
  void on(const node_events::worker_joined& who);
  void on(const node_events::worker_unreachable& who);
  void on(const node_events::worker_ended& end);
  void on(const node_events::solver_destroyed& who) { departures_.kill(who.worker); }
  void on(node_events::nothing_left);
  void on(node_events::run_asked& asked);
  void on(node_events::step_asked& asked);
  void on(node_events::task_answered& answer);
  void on(const node_events::run_closed& closed);
  void on(const node_events::stop_asked_of_node& asked);
  void on(node_events::time_came);
  /// What concerns one run alone.
  template <class Event>
  void on(const Event& what) {
    if (auto* run = find(what.run))
      run->on(what);
  }

  void ring(node_deadline what);
  [[nodiscard]] node_run* find(run_id run);
  [[nodiscard]] std::string why_not(const run_part& part) const;
  void end_if_stopped();

  options options_;
  node_orders orders_;
  worker_starts starts_;
  departures departures_;
  worker_slots slots_;
  std::map<run_id, node_run> runs_;
  life life_ = life::serving;
  std::uint64_t stop_request_ = 0;
  std::uint64_t last_search_ = 0;
  std::uint64_t late_answers_ = 0;
};

} // namespace lockstep
