// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/progress_view.hpp"

#include "control/cli/json_number.hpp"
#include "control/cli/run_result.hpp"
#include "control/terminal/terminal.hpp"

#include "platform/output/standard_output.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lockstep {

namespace {

constexpr std::size_t bar_columns_max = 24;
constexpr std::size_t columns_without_terminal = 80;
constexpr std::chrono::milliseconds bar_interval{100};
constexpr std::chrono::milliseconds line_interval{1'000};
constexpr std::size_t report_columns_max = 160;

std::size_t columns_here() {
  return terminal_columns(STDERR_FILENO).value_or(columns_without_terminal);
}

/// A node of one's own takes a moment to come.
constexpr std::chrono::milliseconds node_start{1'000};

/// As told_place(), but of the node nothing while it may be starting.
std::string told_wait(const json& run, std::chrono::steady_clock::duration waited) {
  const auto queue = run.value("queue", json());
  const bool for_node = queue.is_object() && queue.value("waits_for", json()) == "a node";
  return for_node && waited < node_start ? "" : told_place(run);
}

template <class... Ts>
std::string format(const char* pattern, Ts... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

} // namespace

progress_view::style style_here() {
  return is_drawn_anew(STDERR_FILENO) ? progress_view::style::bar : progress_view::style::lines;
}

void progress_view::update(const json& run, const json& newest_step) {
  state_ = run.value("state", "");
  solvers_ = run.value("solvers", std::size_t{0});
  tell_setting(run);
  wait_ = told_wait(run, std::chrono::steady_clock::now() - begun_);
  if (newest_step.is_object())
    imbalance_ = number_of(newest_step, "imbalance", 1.0);
  if (run.contains("step") && run.at("step").is_object()) {
    const auto number = run.at("step").value("number", std::uint64_t{0});
    if (number != step_number_) {
      fractions_.clear();
      if (!run_fraction_)
        begun_ = std::chrono::steady_clock::now();
    }
    step_number_ = number;
    step_name_ = run.at("step").value("name", "");
  }
  draw();
}

/// Once they are known: until a run starts, all solvers may mean any number.
void progress_view::tell_setting(const json& run) {
  if (is_setting_told_ || how_ == style::none || state_ == "queued" || !run.contains("seed"))
    return;
  is_setting_told_ = true;
  std::fprintf(stderr, "%s%s: %s\n", how_ == style::bar ? erasure(columns_here()).c_str() : "",
               run.value("run", "").c_str(), told_setting(run).c_str());
  drawn_columns_ = 0;
}

void progress_view::progress(const json& event) {
  if (event.value("number", std::uint64_t{0}) == step_number_)
    fractions_[event.value("solver", std::size_t{0})] = number_of(event, "fraction");
  draw();
}

void progress_view::report(const json& event) {
  if (how_ == style::none)
    return;
  take_run_progress(event.at("report"));
  report_ = event.at("report").dump(-1, ' ', false, json::error_handler_t::replace);
  is_report_shown_ = false;
  if (how_ == style::bar)
    draw();
  else
    show_report_in_time();
}

void progress_view::take_run_progress(const json& report) {
  if (!report.is_object() || !report.contains("progress") || !report["progress"].is_number())
    return;
  const double fraction = report["progress"].get<double>();
  if (!run_fraction_) {
    begun_at_ = fraction;
    begun_ = std::chrono::steady_clock::now();
  }
  run_fraction_ = fraction;
  const auto note = report.find("note");
  run_note_ = note != report.end() && note->is_string() ? note->get<std::string>() : "";
}

double progress_view::fraction() const {
  if (run_fraction_)
    return std::clamp(*run_fraction_, 0.0, 1.0);
  double sum = 0;
  for (const auto& [solver, part] : fractions_)
    sum += part;
  return solvers_ == 0 ? 0 : std::clamp(sum / static_cast<double>(solvers_), 0.0, 1.0);
}

std::string progress_view::text() const {
  if (step_number_ == 0)
    return state_ + wait_;
  const auto done = fraction();
  auto line = format("step %llu %s  %3.0f %%", static_cast<unsigned long long>(step_number_),
                     step_name_.c_str(), 100 * done);
  if (!run_note_.empty())
    line += "  " + run_note_;
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun_;
  if (const double gone = done - begun_at_; gone > 0.01)
    line += format("  %.0f s left", std::ceil(spent.count() * (1 - done) / gone));
  line += format("  imbalance %.2f", imbalance_);
  return state_ == "running" ? line : line + "  " + state_;
}

/// One row, with an end that may be cut.
std::string progress_view::bar(std::size_t columns) const {
  constexpr std::size_t part_of_row = 4;
  const auto cells = std::min(bar_columns_max, columns / part_of_row);
  const auto full = static_cast<std::size_t>(fraction() * static_cast<double>(cells));
  return '[' + std::string(full, '#') + std::string(cells - full, '.') + "] " + text() +
         (report_.empty() ? "" : "  " + report_);
}

void progress_view::draw() {
  if (how_ == style::none)
    return;
  const auto now = std::chrono::steady_clock::now();
  if (how_ == style::lines)
    show_report_in_time();
  if (now - drawn_ < (how_ == style::bar ? bar_interval : line_interval))
    return;
  drawn_ = now;
  if (how_ == style::bar)
    return draw_row();
  const auto line = row_of(text(), std::string::npos);
  if (line != last_text_)
    std::fprintf(stderr, "%s\n", line.c_str());
  last_text_ = line;
}

/// What takes the row away that stands on a terminal of this width.
std::string progress_view::erasure(std::size_t columns) const {
  // A terminal that has become narrower has broken it.
  const auto more_rows = drawn_columns_ == 0 ? 0 : (drawn_columns_ - 1) / columns;
  return (more_rows == 0 ? "\r" : "\r\033[" + std::to_string(more_rows) + 'A') + "\033[J";
}

void progress_view::draw_row() {
  const auto columns = columns_here();
  const auto row = row_of(bar(columns), columns - 1); // a full row would move the cursor on
  std::fprintf(stderr, "%s%s", erasure(columns).c_str(), row.c_str());
  std::fflush(stderr);
  drawn_columns_ = columns_of(row);
}

void progress_view::show_report_in_time() {
  if (!is_report_shown_ && std::chrono::steady_clock::now() - report_shown_ >= line_interval)
    show_report();
}

void progress_view::show_report() {
  is_report_shown_ = true;
  report_shown_ = std::chrono::steady_clock::now();
  drawn_ = {};
  std::fprintf(stderr, "report %s\n", row_of(report_, report_columns_max).c_str());
}

void progress_view::finish() {
  if (how_ == style::bar && drawn_columns_ != 0)
    std::fputs(erasure(columns_here()).c_str(), stderr);
  drawn_columns_ = 0;
  drawn_ = {};
  if (!is_report_shown_)
    show_report();
}

} // namespace lockstep
