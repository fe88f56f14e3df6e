#include "control/client/progress_view.hpp"

#include "control/client/json_number.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lockstep {

namespace {

constexpr std::size_t bar_width = 24;
constexpr std::chrono::milliseconds bar_interval{100};
constexpr std::chrono::milliseconds line_interval{1'000};
constexpr std::size_t shown_items_max = 8;
constexpr std::size_t report_bytes_max = 160;

template <class... Ts>
std::string format(const char* pattern, Ts... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

} // namespace

progress_view::style style_here() {
  return ::isatty(STDERR_FILENO) != 0 ? progress_view::style::bar : progress_view::style::lines;
}

void progress_view::update(const json& run, const json& newest_step) {
  state_ = run.value("state", "");
  solvers_ = run.value("solvers", std::size_t{0});
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

void progress_view::progress(const json& event) {
  if (event.value("number", std::uint64_t{0}) == step_number_)
    fractions_[event.value("solver", std::size_t{0})] = number_of(event, "fraction");
  draw();
}

void progress_view::report(const json& event) {
  if (how_ == style::none)
    return;
  take_run_progress(event.at("report"));
  auto text = event.at("report").dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > report_bytes_max)
    text = text.substr(0, report_bytes_max) + "…";
  std::fprintf(stderr, "%sreport %s\n", how_ == style::bar ? "\r\033[K" : "", text.c_str());
  drawn_ = {};
  if (how_ == style::bar)
    draw();
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
    return state_;
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

void progress_view::draw() {
  if (how_ == style::none)
    return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < (how_ == style::bar ? bar_interval : line_interval))
    return;
  drawn_ = now;
  const auto line = text();
  if (how_ == style::lines) {
    if (line != last_text_)
      std::fprintf(stderr, "%s\n", line.c_str());
    last_text_ = line;
    return;
  }
  const auto full = static_cast<std::size_t>(fraction() * static_cast<double>(bar_width));
  std::fprintf(stderr, "\r\033[K[%s%s] %s", std::string(full, '#').c_str(),
               std::string(bar_width - full, '.').c_str(), line.c_str());
  std::fflush(stderr);
}

void progress_view::finish() {
  if (how_ == style::bar)
    std::fprintf(stderr, "\r\033[K");
}

std::string shortened(const json& value) {
  if (value.is_array() && value.size() > shown_items_max) {
    std::string text = "[";
    for (std::size_t i = 0; i < shown_items_max; ++i)
      text += shortened(value[i]) + ", ";
    return text + "… " + std::to_string(value.size()) + " values]";
  }
  if (value.is_object()) {
    std::string text = "{";
    for (const auto& [key, member] : value.items())
      text += (text.size() > 1 ? ", " : "") + json(key).dump() + ": " + shortened(member);
    return text + "}";
  }
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace lockstep
