#pragma once

#include <lockstep/blob.hpp>
#include <lockstep/driver.hpp>
#include <lockstep/error.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace lockstep {

/// Arguments `first` … `first + count - 1` of a step, for one solver to work off one after another.
struct hand_out {
  std::size_t solver = 0;
  std::size_t first = 0;
  std::size_t count = 0;
  friend bool operator==(const hand_out&, const hand_out&) = default;
};

/// The barrier of one step over a group of solvers, with their answers put in order. Who holds one
/// tells it what came back and hands out what it says; it knows no clock, no process, no message.
///
/// Invariants:
///   SJ-1  every argument is handed out exactly once, unless the step fails or is stopped first;
///   SJ-2  after a failure nothing more is handed out, but the barrier still waits for those who
///         compute, unless `give_up` says that they never will answer;
///   SJ-3  the failure that is told is the one of the lowest solver index;
///   SJ-4  answers stand in the order of arguments (map) or of solvers (else), whatever came first.
class step_join {
public:
  /// `arguments` is the number of items of a map; else it is ignored. A map hands out `chunk` items
  /// at once; 0 begins with large chunks and ends with single items, so that few messages are
  /// spent and no solver is left with a large last one.
  step_join(step_kind kind, std::size_t solvers, std::size_t arguments, std::size_t chunk);

  /// The first hand-outs: at most one for each solver.
  [[nodiscard]] std::vector<hand_out> begin();

  /// A solver answered its hand-out. Gives its next one, if there is more to do. Answers of another
  /// number than was handed out become a failure.
  std::optional<hand_out> answered(std::size_t solver, std::vector<blob> answers, double seconds);

  /// A solver threw. `failure.solver` is left to the caller.
  void threw(std::size_t solver, step_failure failure);

  /// A solver will not answer: its process is gone or was given up. It counts as having reached the
  /// barrier, with this failure.
  void lost(std::size_t solver, step_failure failure);

  /// Nobody else will be waited for.
  void give_up();

  /// The step has failed elsewhere: nothing more is handed out, those who compute are waited for.
  void stop() { stopped_ = true; }
  [[nodiscard]] bool was_stopped() const { return stopped_; }

  [[nodiscard]] bool has_failed() const { return failed_.has_value(); }

  /// Everyone who had something to do has answered, or was given up.
  [[nodiscard]] bool at_barrier() const;

  /// Who still computes.
  [[nodiscard]] std::vector<std::size_t> unanswered() const;

  [[nodiscard]] bool is_unanswered(std::size_t solver) const { return busy_[solver].count != 0; }

  /// To be called at the barrier, once.
  [[nodiscard]] std::vector<blob> take_answers() { return std::move(answers_); }
  [[nodiscard]] std::vector<double> take_seconds() { return std::move(seconds_); }
  [[nodiscard]] std::optional<step_failure> take_failure();

private:
  std::optional<hand_out> next_for(std::size_t solver);
  void fail(std::size_t solver, step_failure failure);
  void clear(std::size_t solver);

  step_kind kind_;
  std::size_t arguments_;
  std::size_t chunk_;
  std::size_t handed_out_ = 0;
  std::size_t waiting_for_ = 0;
  std::vector<hand_out> busy_; ///< per solver, count 0 where it has nothing to do
  std::vector<blob> answers_;
  std::vector<double> seconds_;
  std::optional<step_failure> failed_;
  std::size_t failed_solver_ = 0;
  bool stopped_ = false;
};

} // namespace lockstep
