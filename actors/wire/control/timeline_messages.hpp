// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/run_messages.hpp"
#include "actors/wire/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

/// Inside control: where the time of a run went.

namespace lockstep {

/// What somebody wants to see. Of the steps that are kept where no end is named.
struct timeline_wish {
  run_id run{};
  std::optional<std::uint64_t> from_step{}; ///< numbers from 1
  std::optional<std::uint64_t> to_step{};   ///< which is in it
  std::optional<double> from_seconds{};     ///< from the start of the run's plan
  std::optional<double> to_seconds{};
  std::size_t columns = 0;
  bool is_by_node = false; ///< a row for each node, else for each solver
};

/// Control to the text actor: make a timeline of these steps. Answered with its text. As step_list
/// it never leaves the process.
struct run_timeline {
  std::shared_ptr<const step_history> view;
  timeline_wish wish{};
};

template <class Inspector>
bool inspect(Inspector& f, run_timeline&) {
  auto get = [] { return std::string{"a view of steps"}; };
  auto set = [](const std::string&) { return false; };
  return f.apply(get, set);
}

} // namespace lockstep
