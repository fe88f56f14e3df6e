// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <chrono>
#include <cstdio>
#include <map>
#include <optional>
#include <string>

namespace lockstep {

/// Shows how a run gets on: one row that is drawn anew on a terminal, plain lines elsewhere. The
/// bar is that of the step under way; once a report said how far the whole run is, in a member
/// "progress" from 0 to 1, it is that, with the report's "note" beside it. Reports stand in the
/// row, the last one stays; elsewhere they are lines, at most one a second, and the last. Writes to
/// stderr, so that stdout holds results only.
class progress_view {
public:
  enum class style : unsigned char { none, lines, bar };

  explicit progress_view(style how) : how_(how) {}
  ~progress_view() { finish(); } // whatever ends it: others print next
  progress_view(const progress_view&) = delete;
  progress_view& operator=(const progress_view&) = delete;

  /// What runs.get says of the run, and runs.steps of its newest finished step
  /// (null for none).
  void update(const json& run, const json& newest_step);

  /// Whether solvers and seed have still to be told, which stand above all else.
  [[nodiscard]] bool wants_setting() const { return !is_setting_told_ && how_ != style::none; }

  /// An event's params.
  void progress(const json& event);
  void report(const json& event);

  /// Takes the bar away, and shows the last report where that is not to be seen.
  void finish();

private:
  void tell_setting(const json& run);
  void take_run_progress(const json& report);
  [[nodiscard]] double fraction() const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string bar(std::size_t columns) const;
  void draw();
  [[nodiscard]] std::string erasure(std::size_t columns) const;
  void draw_row();
  void show_report_in_time();
  void show_report();

  style how_;
  std::string state_ = "queued";
  bool is_setting_told_ = false;
  std::string wait_; ///< for what, where it is queued
  std::string step_name_;
  std::uint64_t step_number_ = 0;
  std::size_t solvers_ = 0;
  double imbalance_ = 1;
  std::optional<double> run_fraction_; ///< as the newest report that tells it has it
  std::string run_note_;               ///< likewise
  /// Where the bar began, from 0 to 1, and when: for the time that is left.
  double begun_at_ = 0;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::map<std::size_t, double> fractions_; ///< of the step under way, by solver
  std::chrono::steady_clock::time_point drawn_;
  std::size_t drawn_columns_ = 0; ///< of the row that stands on the terminal
  std::string report_;            ///< the newest, as text
  bool is_report_shown_ = true;   ///< as a line
  std::chrono::steady_clock::time_point report_shown_;
  std::string last_text_;
};

/// How the progress of a run is to be shown here.
progress_view::style style_here();

} // namespace lockstep
