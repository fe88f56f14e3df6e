// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/run_record.hpp"

#include <memory>
#include <vector>

namespace lockstep {

// What questions about the history find. It is taken in no time on the thread that carries steps,
// and may be read on any other: what is large in it is shared and never changes.

/// Steps of a run that are over.
struct step_history {
  shared_list<step_record>::view steps;
  shared_list<std::vector<double>>::view solver_seconds; ///< of those not given up
  /// Which node had which solvers, in their order; null where the run has none yet.
  std::shared_ptr<const std::vector<node_solvers>> placed;
};

/// What the plan of a run reported.
struct report_history {
  shared_list<json_text>::view reports;
};

} // namespace lockstep
