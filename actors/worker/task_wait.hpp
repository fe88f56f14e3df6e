// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/worker/progress_cell.hpp"

#include <algorithm>
#include <chrono>

namespace lockstep {

/// Keeps a computing thread awake for a moment after a task, until the next has been handed to it.
/// To wake a thread costs more than all else in a small step, and a core that sleeps is slow to
/// come back: an empty step of two solvers takes 150 µs without this and 80 with it.
///
/// While it waits it gives way to every other thread of its core. Where the next task does not come
/// in time it sits out the next 1, 2, 4, … 64 tasks, so that it costs nothing where steps are far
/// apart. One thread only.
class task_wait {
public:
  /// The longest that a wait takes. More than steps and solvers of some 10 ms differ by: with half
  /// a millisecond a core now and then went to sleep at the barrier, which cost such steps one per
  /// cent.
  static constexpr std::chrono::milliseconds limit{3};
  static constexpr unsigned longest_pause = 64; ///< tasks

  /// Call it when all that was handed over is finished.
  void wait(const progress_cell& cell) {
    if (sit_out_ > 0) {
      --sit_out_;
      return;
    }
    if (next_comes(cell)) {
      pause_ = 0;
      return;
    }
    pause_ = std::min(std::max(2 * pause_, 1U), longest_pause);
    sit_out_ = pause_;
  }

  /// How many tasks will pass before it waits again.
  [[nodiscard]] unsigned sits_out() const { return sit_out_; }

private:
  static bool next_comes(const progress_cell& cell);

  unsigned pause_ = 0;
  unsigned sit_out_ = 0;
};

} // namespace lockstep
