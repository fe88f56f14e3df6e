#pragma once

#include "actors/rules/history/run_figures.hpp"
#include "actors/rules/history/step_figures.hpp"
#include "actors/rules/run/run_machine.hpp"
#include "actors/rules/shared_list.hpp"
#include "actors/wire/control_messages.hpp"
#include "actors/wire/json_text.hpp"
#include "actors/wire/step_messages.hpp"

#include <lockstep/json.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

using time_point = std::chrono::system_clock::time_point;

/// What steps of one name have in common.
struct step_title {
  std::string name;
  std::string kind;
};

/// What is kept of a finished step, beside its solvers' seconds.
struct step_record {
  std::uint64_t number = 0;
  std::shared_ptr<const step_title> title;
  double seconds = 0;
  double slowest = 0;
  double mean = 0;
  double reduce_seconds = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t bytes_in = 0;
};

struct run_summary;

/// Everything that the head knows of one run.
struct run_record {
  run_id id;
  run_request request;
  run_state state = run_state::queued;
  std::uint64_t solvers = 0;      ///< given to it, 0 until it is taken from the queue
  std::vector<std::string> nodes; ///< that have solvers of it
  time_point queued_at;
  std::optional<time_point> started_at;
  std::optional<time_point> finished_at;
  std::uint64_t step_number = 0;         ///< of the newest step
  std::optional<step_figures> under_way; ///< number, name and kind of the step under way
  shared_list<step_record> steps;
  shared_list<std::vector<double>> solver_seconds; ///< of each step
  std::vector<std::shared_ptr<const step_title>> titles;
  run_figures figures; ///< of its steps and its plan so far
  shared_list<json_text> reports;
  json_text result;
  std::optional<step_failure> failed;
  std::string why_cancelled;               ///< behind "because"; empty unless somebody wanted that
  std::shared_ptr<const run_summary> seen; ///< by people, where it is as it was
};

/// A run as people see it at one moment. What is large in it is shared.
struct run_summary {
  run_id id;
  std::string model;
  run_state state = run_state::queued;
  packed_json parameters;
  std::uint64_t seed = 0;
  std::uint64_t solvers = 0;
  std::vector<std::string> nodes; ///< that have solvers of it now
  time_point queued_at;
  std::optional<time_point> started_at;
  std::optional<time_point> finished_at;
  std::optional<step_figures> under_way;
  std::uint64_t steps = 0;
  std::uint64_t reports = 0;
  run_figures figures;
  json_text result;
  std::optional<step_failure> failed;
  std::string why_cancelled;
};

run_summary summary_of(const run_record& run);

/// The forms in which people and programs get them: docs/json-api.md.
json to_json(const step_failure& failed);
json to_json(const step_figures& step);
json to_json(const run_figures& figures);
/// Without the parameters.
json to_json(const run_summary& run);
/// With the result, which may be large.
json result_to_json(const run_record& run);
/// Without the result.
json outcome_to_json(const run_summary& run);

} // namespace lockstep
