// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lockstep {

/// Writes lines on a thread of its own: whoever has something to say never waits for a reader, a
/// terminal or a disk. What piles up is limited; lines beyond it are dropped, and their number is
/// written as soon as something can be written again.
///
/// All members may be called from any thread.
class log_writer {
public:
  /// Writes one line, without its end; may block for as long as it takes. False if it was not
  /// written. Must stay valid for as long as it is under way, also after the destructor.
  using destination = std::function<bool(const std::string& line)>;
  /// What is written in the place of so many lines.
  using gap_text = std::function<std::string(std::uint64_t lines)>;

  static constexpr std::size_t waiting_bytes_max = std::size_t{4} << 20U;

  explicit log_writer(destination to, gap_text gap = lines_left_out);

  /// Waits a second for what is still to be written. What blocks then is left behind.
  ~log_writer();
  log_writer(const log_writer&) = delete;
  log_writer& operator=(const log_writer&) = delete;

  /// Never blocks. False: too much waits already, and the line is dropped.
  bool write(std::string line);

  /// Waits until everything before has been written or could not be. False after `limit`.
  bool drain(std::chrono::milliseconds limit);

  /// "3 lines were left out here: they could not be written in time"
  static std::string lines_left_out(std::uint64_t lines);

private:
  struct queue;
  std::shared_ptr<queue> queue_;
};

/// One line to standard output or standard error, without its end, by a log_writer for each. To
/// standard error they go with_typed_names().
void write_output_line(std::string line);
void write_error_line(std::string line);

/// Ends the process, without destructors, once what was said has been written: within some seconds,
/// even if nobody reads it.
[[noreturn]] void end_program(int exit_code);

/// Writes out what is still on its way to standard output and standard error, for the same time at
/// most: before the process executes another program.
void flush_standard_streams();

} // namespace lockstep
