// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/output/log_writer.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace lockstep {

/// The file of one solver's output, `DIR/solver-SLOT.log`, rotated at 10 MB, or below the size that
/// a file of this process may have. Each line of the solver is one line of the file, behind the
/// time at which it ended:
///
///   2026-11-25T16:40:02.113Z result 5 is in
///
/// The file is written on a thread of its own, so that a slow disk holds nobody up; lines that it
/// does not take in time are counted in it. For one thread.
class solver_log {
public:
  using time_point = std::chrono::system_clock::time_point;

  /// A line beyond this is cut into several.
  static constexpr std::size_t line_bytes_max = std::size_t{64} << 10U;

  /// Throws std::exception where the file cannot be written.
  solver_log(const std::string& folder, std::size_t slot);

  /// What the solver printed, in pieces as they came.
  void append(std::string_view text, time_point now);

  /// The solver has ended: what it printed last may be no whole line.
  void end_line(time_point now);

  /// Waits until all lines are in the file. False after `limit`.
  bool drain(std::chrono::milliseconds limit) { return file_.drain(limit); }

private:
  void write(time_point now);

  log_writer file_;
  std::string begun_; ///< a line of which the end has not come
};

} // namespace lockstep
