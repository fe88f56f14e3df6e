#pragma once

#include "actors/rules/run_figures.hpp"
#include "actors/rules/run_machine.hpp"
#include "actors/rules/step_figures.hpp"
#include "actors/wire/messages.hpp"

#include <lockstep/json.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace lockstep {

using time_point = std::chrono::system_clock::time_point;

/// "2026-11-23T15:27:54.123Z"
std::string to_iso_8601(time_point time);

/// The word for people: "broadcast", …
std::string to_string(step_kind kind);

/// The newest entries of a list that only grows, and how many there were before them.
template <class T>
class newest {
public:
  explicit newest(std::size_t kept_max) : kept_max_(kept_max) {}

  void push(T value) {
    kept_.push_back(std::move(value));
    if (kept_.size() <= kept_max_)
      return;
    kept_.pop_front();
    ++dropped_;
  }
  [[nodiscard]] std::uint64_t total() const { return dropped_ + kept_.size(); }

  /// Calls `use(number, value)` for the entries numbered `from` (0 is the first ever) and above, at
  /// most `count` of them, as far as they are kept.
  template <class Use>
  void each(std::uint64_t from, std::uint64_t count, Use use) const {
    for (auto i = from < dropped_ ? 0 : from - dropped_; i < kept_.size() && count != 0;
         ++i, --count)
      use(dropped_ + i, kept_[i]);
  }

private:
  std::size_t kept_max_;
  std::deque<T> kept_;
  std::uint64_t dropped_ = 0;
};

/// Everything that the head knows of one run.
struct run_record {
  run_id id;
  run_request request;
  run_state state = run_state::queued;
  std::uint64_t solvers = 0; ///< given to it, 0 until it is taken from the queue
  time_point queued_at;
  std::optional<time_point> started_at;
  std::optional<time_point> finished_at;
  std::uint64_t step_number = 0;         ///< of the newest step
  std::optional<step_figures> under_way; ///< number, name and kind of the step under way
  newest<step_figures> steps;
  run_figures figures; ///< of its steps and its plan so far
  newest<json> reports;
  json result;
  std::optional<step_failure> failed;

  run_record();
};

/// The forms in which people and programs get them: docs/json-api.md.
json to_json(const step_failure& failed);
json to_json(const run_record& run);
json to_json(const step_figures& step);
json to_json(const run_figures& figures);
json result_to_json(const run_record& run);
json reports_to_json(const run_record& run, std::uint64_t from, std::uint64_t count);
json steps_to_json(const run_record& run, std::uint64_t from, std::uint64_t count);

} // namespace lockstep
