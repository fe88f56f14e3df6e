// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/blob.hpp>
#include <lockstep/driver.hpp>
#include <lockstep/error.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace lockstep {

/// Arguments `first` … `first + count - 1` of a step, for one member to work off one after another.
struct hand_out {
  std::size_t member = 0;
  std::size_t first = 0;
  std::size_t count = 0;
  friend bool operator==(const hand_out&, const hand_out&) = default;
};

/// The barrier of one step over a group of members, with their answers put in order. A member is a
/// worker of a node, with one solver, or a node of a run, with several: members stand in the order
/// of their solvers. Who holds one tells it what came back and hands out what it says; it knows no
/// clock, no process, no message.
///
///     idle ── begin, answered ──► busy ── answered, threw, lost, give_up ──► idle     each member
///     open ── threw, lost, wrong number of answers ──► failed                         the step
///     open ── stop ──► stopped
///
/// Invariants:
///   SJ-1  every argument is handed out exactly once, unless the step fails or is stopped first;
///   SJ-2  after a failure nothing more is handed out, but the barrier still waits for those who
///         compute, unless `give_up` says that they never will answer;
///   SJ-3  the failure that is told is the one of the lowest solver;
///   SJ-4  answers stand in the order of arguments (map) or of solvers (else), whatever came first;
///   SJ-5  a member that brings another number of answers than it owes fails the step, unless that
///         has failed or was stopped before.
class step_join {
public:
  /// Members that take part one by one. `arguments` is the number of items of a map; else it is
  /// ignored, and each member owes one answer. A map hands out `chunk` items at once; 0 begins with
  /// large chunks and ends with single items, so that few messages are spent and nobody is left
  /// with a large last one.
  step_join(step_kind kind, std::size_t members, std::size_t arguments, std::size_t chunk);

  /// Members that are handed all they will get at once, and owe so many answers each: none is
  /// possible, and is waited for all the same.
  explicit step_join(std::vector<std::size_t> answers_of_members);

  /// The first hand-outs: at most one for each member.
  [[nodiscard]] std::vector<hand_out> begin();

  /// A member answered its hand-out. Gives its next one, if there is more to do. Who is not busy is
  /// not listened to, here and in `threw`.
  std::optional<hand_out> answered(std::size_t member, std::vector<blob> answers,
                                   double seconds = 0);

  /// A member says that its step failed. `failure.solver` is left to the caller.
  void threw(std::size_t member, step_failure failure);

  /// A member will not answer: its process is gone or was given up. It counts as having reached the
  /// barrier, with this failure.
  void lost(std::size_t member, step_failure failure);

  /// Nobody else will be waited for.
  void give_up();

  /// The step has failed elsewhere: nothing more is handed out, those who compute are waited for.
  void stop() { stopped_ = true; }
  [[nodiscard]] bool was_stopped() const { return stopped_; }

  [[nodiscard]] bool has_failed() const { return failed_.has_value(); }

  /// Whose failure is told: of a failure that the join itself has found, the rest of what is known
  /// of its place is the caller's to add. Only where it has failed.
  [[nodiscard]] std::size_t failed_member() const { return failed_member_; }

  /// Everyone who had something to do has answered, or was given up.
  [[nodiscard]] bool at_barrier() const;

  /// Who still computes.
  [[nodiscard]] std::vector<std::size_t> unanswered() const;

  [[nodiscard]] bool is_unanswered(std::size_t member) const { return members_[member].busy; }

  /// To be called at the barrier, once.
  [[nodiscard]] std::vector<blob> take_answers() { return std::move(answers_); }
  [[nodiscard]] std::vector<double> take_seconds();
  [[nodiscard]] std::optional<step_failure> take_failure();

private:
  struct member_state {
    std::size_t first = 0;
    std::size_t count = 0; ///< that it owes
    bool busy = false;
    double seconds = 0;
  };

  [[nodiscard]] bool is_open() const { return !failed_ && !stopped_; }
  std::optional<hand_out> next_items(std::size_t member);
  hand_out give(std::size_t member, std::size_t count);
  void fail(std::size_t member, step_failure failure);
  void clear(std::size_t member);

  bool is_dealt_; ///< everything is handed out at the beginning
  std::size_t arguments_ = 0;
  std::size_t chunk_ = 0;
  std::size_t handed_out_ = 0;
  std::size_t waiting_for_ = 0;
  std::vector<member_state> members_;
  std::vector<blob> answers_;
  std::optional<step_failure> failed_;
  std::size_t failed_member_ = 0;
  bool stopped_ = false;
};

} // namespace lockstep
