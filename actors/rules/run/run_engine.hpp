// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/run/place_table.hpp"
#include "actors/rules/run/run_commands.hpp"
#include "actors/rules/run/run_course.hpp"
#include "actors/rules/run/run_events.hpp"
#include "actors/rules/run/run_queue.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// Decides everything about the runs of a head. Runs go side by side, each on places of its own.
///
/// A run waits in the run_queue until its places are free, gets them from the place_table, and has
/// a run_course until it is over; then its places are free again, and the head of the queue is
/// looked at. The engine itself only says which part an event is for, and what follows for others.
/// It knows no message, no process and no model: who holds it carries the commands out, in their
/// order, and tells what came of them, in any order and however late. An event that comes up while
/// commands are carried out is to be handed in after them.
///
///     serving ── stop when idle ──► until idle ── no run is left ──► stopping ──► ended
///        └──────────────────────── stop ─────────────────────────────▲
///
/// Stopping, it takes no run and no node, every run is cancelled and every node is told to stop. It
/// has ended when both are gone, or after `stop_limit`.
///
/// Invariants, beside those of its parts:
///   RE-1  a place has solvers of one run at most, from run_placed to close_run (PT-1);
///   RE-2  the head of the queue begins as soon as it fits, and nobody before it (RQ-1, RQ-2);
///   RE-3  each call of a plan is answered exactly once, before `end` is ordered (RC-1);
///   RE-4  an answer of a node counts for the run, step and attempt that it names only (RC-2);
///   RE-5  an event of one run has no command for another, but that places which it leaves let
///         others begin;
///   RE-6  every run that was added is over once, unless `stop_limit` comes first;
///   RE-7  a node that is told to leave goes once each of its runs was between two steps, and not
///         before (node_life);
///   RE-8  after `end` nothing is ordered.
class run_engine {
public:
  /// How long nodes and plans may take to stop.
  static constexpr std::chrono::milliseconds stop_limit{3'000};

  explicit run_engine(bool nodes_can_join) : nodes_can_join_(nodes_can_join) {}

  /// Why a run may not be added now; none where it may.
  [[nodiscard]] std::optional<run_commands::request_refused> refusal(const run_wish& wish) const;

  /// Takes an event, at a time that never goes back, and gives what is to be done.
  [[nodiscard]] std::vector<run_command> handle(run_engine_event what, due_time now);

  [[nodiscard]] const place_table& places() const { return places_; }
  [[nodiscard]] const run_queue& queue() const { return queue_; }
  /// Placed and not over.
  [[nodiscard]] const std::map<run_id, run_course>& courses() const { return courses_; }
  /// Answers of nodes that came too late to count.
  [[nodiscard]] std::uint64_t late_answers() const { return late_answers_; }

private:
  enum class life : std::uint8_t { serving, until_idle, stopping, ended };

  // Nodes: run_engine_nodes.cpp.
  void on(run_events::node_joined& what, reaction& then);
  void on(run_events::node_lost& what, reaction& then);
  void on(run_events::own_node_failed& what, reaction& then);
  void on(run_events::drain_asked& what, reaction& then);
  /// A run that is between two steps lets go of nodes that are to leave.
  void drain(run_id run, run_course& course, reaction& then);
  void stop_drained(reaction& then);

  // Runs: run_engine.cpp.
  void on(run_events::run_added& what, reaction& then);
  void on(run_events::timer_rang& what, reaction& then);
  /// What is for a course.
  template <class Event>
  void on(Event& what, reaction& then);
  template <class Event>
  void no_course_for(Event& what, reaction& then);
  /// To be called after each event of a course.
  void settle(run_id run, run_course& course, reaction& then);
  void begin_what_fits(reaction& then);
  void begin(run_queue::turn turn, reaction& then);

  // The end: run_engine_stop.cpp.
  void on(run_events::stop_asked& what, reaction& then);
  void cancel_queued(run_id run, const std::string& why, reaction& then);
  void cancel_queue(reaction& then);
  void stop_now(reaction& then);
  void end_if_stopped(reaction& then);

  bool nodes_can_join_;
  place_table places_;
  run_queue queue_;
  std::map<run_id, run_course> courses_;
  std::string trouble_; ///< why the node of this machine cannot be started; empty while it may be
  bool own_node_joined_ = false; ///< since trouble with it was last told
  life life_ = life::serving;
  std::uint64_t late_answers_ = 0;
};

} // namespace lockstep
