// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/output/log_writer.hpp"

#include <lockstep/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// Who did what from where: one line of JSON for each event, in ASCII, so that no text of a client
/// can forge a line or reach a terminal.
///
///   {"time":"2026-11-25T16:40:02.113Z","what":"runs.start","who":"ann (uid 1000)",
///    "from":"127.0.0.1:40112","run":"r1","model":"pi"}
///
/// May be used by all threads, and none waits for a line to be written: a thread of its own does
/// that. A file that cannot be written (a full disk) is told on stderr. Lines that were dropped,
/// because nobody took them in time, are counted: in a file by
///
///   {"time":"2026-11-25T16:41:00.512Z","what":"audit.left_out","lines":17}
class audit_log {
public:
  enum class otherwise : unsigned char { nowhere, standard_error };

  /// Writes to `file` (mode 0600; at 10 MB it becomes FILE with a number, five of which are kept),
  /// or without one where `where` says. Throws std::runtime_error if the file cannot be written.
  explicit audit_log(const std::string& file, otherwise where = otherwise::nowhere);
  ~audit_log();
  audit_log(const audit_log&) = delete;
  audit_log& operator=(const audit_log&) = delete;

  /// `what`: "runs.start", "node.joined". `who`: a user, a token's id or a node's name; empty for
  /// nobody known. `from`: an address. `details`: members to be added; long texts are cut. Must
  /// hold no secret.
  void write(std::string_view what, std::string_view who, std::string_view from,
             const json& details = json::object());

  /// The same of something that anybody can make happen as often as they like: a hundred at
  /// once and ten a second are written, and the next line says how many were left out.
  void write_refusal(std::string_view what, std::string_view who, std::string_view from,
                     json details = json::object());

  /// Waits until what was said is in the file, if there is one: before the program ends. False
  /// after `limit`.
  bool drain(std::chrono::milliseconds limit);

private:
  bool has_room();

  std::optional<log_writer> file_;
  std::function<void(std::string)> take_; ///< none: nowhere
  std::mutex mutex_;
  double room_; ///< refusals that may be written now
  std::chrono::steady_clock::time_point counted_ = std::chrono::steady_clock::now();
  std::uint64_t left_out_ = 0;
};

} // namespace lockstep
