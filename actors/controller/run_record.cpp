// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/run_record.hpp"

namespace lockstep {

run_info info_of(const run_record& run) {
  return {run.id,
          run.request.model.name,
          run.state,
          run.request.parameters,
          run.request.seed,
          run.solvers != 0 ? run.solvers : run.request.solvers,
          run.nodes,
          run.queued_at,
          run.started_at,
          run.finished_at,
          run.under_way,
          run.steps.total(),
          run.reports.total(),
          run.metrics,
          run.failed,
          run.why_cancelled,
          {}};
}

run_result result_of(const run_record& run) {
  return {run.id,
          run.state,
          run.request.seed,
          run.solvers != 0 ? run.solvers : run.request.solvers,
          run.metrics,
          run.failed,
          run.why_cancelled,
          run.result};
}

} // namespace lockstep
