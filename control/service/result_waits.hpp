// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/ids.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace lockstep {

/// Calls that wait for the end of a run, each until a time of its own. They belong to their
/// connection and go with it. Pure: time is passed in.
class result_waits {
public:
  using time = std::chrono::steady_clock::time_point;

  /// A call, as its connection names it.
  struct waiter {
    std::uint64_t connection = 0;
    std::uint64_t token = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
    friend auto operator<=>(const waiter&, const waiter&) = default;
  };

  void add(run_id run, const waiter& who, time deadline);

  /// Those who waited for this run; they wait no more.
  std::vector<waiter> take(run_id run);

  /// Those whose time is over; they wait no more.
  std::vector<waiter> take_expired(time now);

  void drop(std::uint64_t connection);

  [[nodiscard]] std::optional<time> earliest() const;

private:
  struct wait {
    run_id run;
    time deadline;
  };
  using waits = std::map<waiter, wait>;

  waits::iterator forget(waits::iterator one);

  waits waits_; ///< by connection
  std::set<std::pair<run_id, waiter>> by_run_;
  std::set<std::pair<time, waiter>> by_deadline_;
};

} // namespace lockstep
