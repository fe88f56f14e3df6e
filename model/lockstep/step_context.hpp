// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <string_view>

namespace lockstep {

/// What a step may say and ask while it computes. Valid only during the step, on the thread that
/// runs it. All calls are cheap (no system call), so a tight loop may use them.
class step_context {
public:
  virtual ~step_context() = default;

  /// Tells whoever watches how far this solver is: `fraction` from 0 to 1 (clamped; NaN leaves it
  /// as it was), `note` a few words (at most 200 bytes are kept).
  virtual void progress(double fraction, std::string_view note = {}) = 0;

  /// True once the run was cancelled: return soon, with the best answer so far. After the grace
  /// period (5 s unless told otherwise) a solver that did not return is killed.
  [[nodiscard]] virtual bool cancelled() const = 0;

  /// A line for the solver's log, seen by `control logs`.
  virtual void log(std::string_view line) = 0;

  /// The largest answer in bytes.
  [[nodiscard]] virtual std::size_t payload_limit() const = 0;
};

} // namespace lockstep
