// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/history_view.hpp"
#include "actors/controller/run_record.hpp"
#include "actors/rules/history/history_budget.hpp"
#include "actors/rules/history/step_metrics.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace lockstep {

/// The runs of a head, finished or not, and what they leave behind, within one budget in bytes
/// (rules/history/history_budget.hpp). For one thread.
class run_history {
public:
  explicit run_history(std::uint64_t bytes_max) : budget_(bytes_max) {}

  /// Null where there is no such run, or it was given up.
  [[nodiscard]] run_record* find(run_id id);

  /// A run that is queued; a sentence where so much is waiting that its parameters have no room.
  tl::expected<run_record*, std::string> add(start_run request);

  /// Which node has which of its solvers: kept when the run is over, for its steps.
  void place(run_record& run, const std::vector<node_number>& nodes,
             const std::vector<share>& groups);

  void add_step(run_record& run, const step_metrics& step);

  /// Answers what is kept: of a report that is too large, only how large it was.
  json_text add_report(run_record& run, json_text report);

  /// The run is over, and all of it is known.
  void finish(run_record& run);

  /// Gives up whole runs where there are too many or they are too large. What find() gave is no
  /// longer valid.
  void forget_old_runs();

  /// The largest result.
  [[nodiscard]] std::uint64_t result_bytes_max() const { return budget_.bytes_max() / 4; }

  /// Runs that are over.
  [[nodiscard]] std::size_t finished() const { return over_.size(); }

  /// As they are now. Of one that waits or is over it is shared, so that a list of thousands costs
  /// a pointer each.
  [[nodiscard]] static std::shared_ptr<const run_info> info(run_record& run);
  [[nodiscard]] run_list look(const list_runs& wanted);

  [[nodiscard]] static step_list look(const run_record& run, const list_steps& wanted);
  [[nodiscard]] static report_list look(const run_record& run, const list_reports& wanted);

private:
  [[nodiscard]] std::uint64_t report_bytes_max() const { return budget_.bytes_max() / 64; }
  void give_up_parts();
  void give_up(const history_budget::sacrifice& what);

  std::map<run_id, run_record> runs_;
  std::set<run_id> over_;
  history_budget budget_;
  std::uint64_t last_run_ = 0;
};

} // namespace lockstep
