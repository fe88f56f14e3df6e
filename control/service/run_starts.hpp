// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/control_handle.hpp"
#include "control/service/calls/head_purpose.hpp"
#include "control/service/history_answers.hpp"
#include "control/service/models/model_look_ups.hpp"

#include <memory>

namespace lockstep {

/// Starts runs: the model is looked up, its parameters are checked, then the controller is asked.
/// Meanwhile the purpose of the head knows of the call.
///
/// A member of the control actor's state, for its thread. It must live as long as the actor: what
/// others answer comes back to it.
class run_starts {
public:
  /// All references must outlive it.
  run_starts(control_actor::pointer self, controller_actor controller, call_answers& answers,
             head_purpose& purpose, history_answers& history, model_look_ups& models);
  run_starts(const run_starts&) = delete;
  run_starts& operator=(const run_starts&) = delete;

  /// Takes what the params hold.
  void start(const caller& who, json& params);

private:
  void check(const caller& who, const std::shared_ptr<json>& params, const known_or_refused& found);
  void ask(const caller& who, const json& params, const model_reference& model,
           const packed_json& parameters);
  void accept(const caller& who, const run_info& started);
  void refuse(const caller& who, rpc_error error);

  control_actor::pointer self_;
  controller_actor controller_;
  call_answers& answers_;
  head_purpose& purpose_;
  history_answers& history_;
  model_look_ups& models_;
};

} // namespace lockstep
