// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <string_view>

namespace lockstep {

/// What a step may say and ask while it computes. Valid only during the step, on the thread that
/// runs it. `progress` and `cancelled` are cheap (no system call), so a tight loop may use them.
class step_context {
public:
  virtual ~step_context() = default;

  /// Tells whoever watches how far this solver is: `fraction` from 0 to 1 (clamped; NaN leaves it
  /// as it was), `note` a few words (at most 200 bytes are kept; an empty one leaves the last).
  /// Each step begins with 0 and no note. Passed on at most ten times a second, the newest.
  virtual void progress(double fraction, std::string_view note = {}) = 0;

  /// True once the run was cancelled: return soon, with the best answer so far. After the grace
  /// period (5 s unless told otherwise) a solver that did not return is killed; in a program that
  /// embeds Lockstep it is left behind. Also true once the step has failed elsewhere: then the
  /// answer does not count, and in the next step it is false again.
  [[nodiscard]] virtual bool cancelled() const = 0;

  /// A line for the solver's log, seen by `control logs`: written to standard output at once, which
  /// is a system call. `line` needs no line feed at its end.
  virtual void log(std::string_view line) = 0;

  /// The largest answer in bytes; a larger one fails the step.
  [[nodiscard]] virtual std::size_t payload_limit() const = 0;
};

} // namespace lockstep
