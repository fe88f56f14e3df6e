#pragma once

#include <lockstep/json.hpp>

#include <chrono>
#include <cstdio>
#include <map>
#include <optional>
#include <string>

namespace lockstep {

/// Shows how a run gets on: one line that is drawn anew on a terminal, plain
/// lines elsewhere. Reports are lines of their own. The bar is that of the step
/// under way; once a report said how far the whole run is, in a member
/// "progress" from 0 to 1, it is that, with the report's "note" beside it.
/// Writes to stderr, so that stdout holds results only.
class progress_view {
public:
  enum class style : unsigned char { none, lines, bar };

  explicit progress_view(style how) : how_(how) {}

  /// What runs.get says of the run, and runs.steps of its newest finished step
  /// (null for none).
  void update(const json& run, const json& newest_step);

  /// An event's params.
  void progress(const json& event);
  void report(const json& event);

  /// Takes the bar away.
  void finish();

private:
  void take_run_progress(const json& report);
  [[nodiscard]] double fraction() const;
  [[nodiscard]] std::string text() const;
  void draw();

  style how_;
  std::string state_ = "queued";
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
  std::string last_text_;
};

/// As a person wants to see it: long lists are cut in the middle.
std::string shortened(const json& value);

/// How the progress of a run is to be shown here.
progress_view::style style_here();

} // namespace lockstep
