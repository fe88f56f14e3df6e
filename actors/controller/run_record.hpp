// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/places/allotment.hpp"
#include "actors/rules/shared_list.hpp"
#include "actors/wire/control/run_messages.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What steps of one name have in common.
struct step_title {
  std::string name;
  std::string kind;
};

/// What is kept of a finished step, beside its solvers' seconds.
struct step_record {
  std::uint64_t number = 0;
  std::shared_ptr<const step_title> title;
  double began = 0;
  double seconds = 0;
  double slowest = 0;
  double mean = 0;
  double reduce_seconds = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t bytes_in = 0;
};

/// The solvers that a node has of a run.
struct node_solvers {
  node_number node;
  share solvers;
};

/// Everything that the head knows of one run.
struct run_record {
  run_id id;
  start_run request;
  run_state state = run_state::queued;
  std::uint64_t solvers = 0;      ///< given to it, 0 until it is taken from the queue
  std::vector<node_number> nodes; ///< that have solvers of it
  /// That it got, in order; null until then. It stays when the run is over.
  std::shared_ptr<const std::vector<node_solvers>> placed;
  run_info::time queued_at;
  std::optional<run_info::time> started_at;
  std::optional<run_info::time> finished_at;
  std::uint64_t step_number = 0;      ///< of the newest step
  std::optional<step_info> under_way; ///< the step
  shared_list<step_record> steps;
  shared_list<std::vector<double>> solver_seconds; ///< of each step
  std::vector<std::shared_ptr<const step_title>> titles;
  run_metrics metrics; ///< of its steps and its plan so far
  shared_list<json_text> reports;
  json_text result;
  std::optional<step_failure> failed;
  std::string why_cancelled;            ///< behind "because"; empty unless somebody wanted that
  std::shared_ptr<const run_info> seen; ///< by people, where it is as it was
};

/// As it is at this moment; where it stands in the queue is not known here.
run_info info_of(const run_record& run);

/// What came of a run that is over.
run_result result_of(const run_record& run);

} // namespace lockstep
