// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/control_handle.hpp"
#include "control/service/calls/lane.hpp"

#include "platform/output/captured_output.hpp"
#include "platform/output/captured_outputs.hpp"

#include <cstddef>
#include <cstdint>

namespace lockstep {

/// Answers calls for what was printed: by solvers, by the head itself and by plans.
///
/// A member of the control actor's state, for its thread. It must live as long as the actor: what
/// the controller answers comes back to it.
class log_answers {
public:
  /// References, and the outputs that are not null, must outlive it. `long_answers` is shared with
  /// whatever else takes long.
  log_answers(control_actor::pointer self, controller_actor controller, call_answers& answers,
              lane& long_answers, const captured_output* own, const captured_outputs* plans);
  log_answers(const log_answers&) = delete;
  log_answers& operator=(const log_answers&) = delete;

  /// Of a solver, or of the head itself where the params name none.
  void read(const caller& who, const json& params);

  void read_plan(const caller& who, run_id run, const json& params);

  /// Forgets what a connection that is gone asked of solvers; the rest is in the shared lane.
  void drop(std::uint64_t connection);

private:
  void read_solver(const caller& who, const read_solver_output& wanted);
  void read_own(const caller& who, std::size_t bytes);

  control_actor::pointer self_;
  controller_actor controller_;
  call_answers& answers_;
  lane& long_answers_;
  lane of_solvers_; ///< its own: a node that is far is waited for while long answers are made
  const captured_output* own_;
  const captured_outputs* plans_;
};

} // namespace lockstep
