// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace lockstep {

/// What is kept of a run, in the order in which it is given up.
enum class history_part : std::uint8_t {
  solver_seconds, ///< of its steps
  steps,
  reports,
  run ///< the rest: parameters, result, error
};

/// One budget in bytes for what all runs, finished or not, leave behind.
///
/// - HB-1: within the budget nothing is given up.
/// - HB-2: single solvers' seconds go before steps and reports, and those before whole runs.
/// - HB-3: of each of these the oldest run's go first; of one run, steps before reports.
/// - HB-4: a run that is not over never goes whole.
class history_budget {
public:
  explicit history_budget(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

  /// Something more is kept of a run.
  void add(history_part what, run_id run, std::uint64_t bytes);

  /// Some of it is given up; at most what was added.
  void remove(history_part what, run_id run, std::uint64_t bytes);

  /// The run is over, so that it may go whole.
  void finish(run_id run) { finished_.insert(run); }

  /// Nothing is kept of the run any more.
  void forget(run_id run);

  struct sacrifice {
    history_part what;
    run_id run;
    friend bool operator==(const sacrifice&, const sacrifice&) = default;
  };

  /// Of what some must be given up now: ask again after remove() or forget(). None where all fits,
  /// or nothing may go.
  [[nodiscard]] std::optional<sacrifice> next() const;

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t bytes_max() const { return bytes_max_; }

  /// Kept of runs that are not over, beside their steps and reports: nothing of it can go.
  [[nodiscard]] std::uint64_t pinned_bytes() const;

private:
  using by_run = std::map<run_id, std::uint64_t>; ///< the oldest first; none of 0 bytes
  static constexpr std::size_t parts = 4;

  [[nodiscard]] const by_run& of(history_part what) const {
    return kept_.at(static_cast<std::size_t>(what));
  }

  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::array<by_run, parts> kept_;
  std::set<run_id> finished_;
};

} // namespace lockstep
