// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/audit_log.hpp"
#include "control/rpc/methods.hpp"
#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/control_handle.hpp"
#include "control/service/calls/event_watch.hpp"
#include "control/service/calls/head_purpose.hpp"
#include "control/service/calls/lane.hpp"
#include "control/service/event_subscriptions.hpp"
#include "control/service/history_answers.hpp"
#include "control/service/log_answers.hpp"
#include "control/service/models/model_answers.hpp"
#include "control/service/models/model_look_ups.hpp"
#include "control/service/run_starts.hpp"
#include "control/service/shared_questions.hpp"
#include "control/service/text_actor.hpp"

#include "platform/output/captured_output.hpp"
#include "platform/output/captured_outputs.hpp"

#include <cstdint>
#include <string>

namespace lockstep {

/// What a control actor tells of its head.
struct head_facts {
  std::string address;                     ///< where it listens
  std::string search_path;                 ///< folders of model libraries
  json limits;                             ///< for system.describe
  std::string cluster;                     ///< where nodes join; empty if they do not
  const captured_output* output = nullptr; ///< what the head itself printed; null: nobody keeps it
  const captured_outputs* plan_outputs = nullptr; ///< what each run's plan printed, likewise
  std::string started{};                          ///< when, as ISO 8601
  std::string started_by{};                       ///< the command
  /// Its client started it for itself: it ends once nobody needs it.
  bool until_unneeded = false;
};

/// The state of a control actor: a table of calls. What each means stands in the parts, which share
/// what answers it; here are the orders that the controller alone carries out. It reads folders of
/// model libraries, so it runs on the scheduler's thread, never on the network's; libraries are
/// tried and loaded by an actor beside it.
class control_actor_state {
public:
  using self_pointer = control_actor::pointer;

  /// `sink` and `audit` must outlive it.
  control_actor_state(self_pointer self, controller_actor controller, text_actor text,
                      answer_sink& sink, audit_log& audit, head_facts facts);

  control_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.control";

private:
  void call(const caller& who, method_id method, json& params);
  void describe_system(const caller& who);
  void terminate(const caller& who, const json& params);
  void solver_status(const caller& who, const json& params);
  void about_run(const caller& who, method_id method, const json& params);
  template <class Order>
  void order(const caller& who, Order what);
  void drain(const caller& who, const std::string& node);
  void drop(std::uint64_t connection);

  self_pointer self_;
  controller_actor controller_;
  head_facts facts_;
  // Each uses those above it alone.
  call_answers answers_;
  event_watch watch_;
  head_purpose purpose_;
  event_subscriptions subscriptions_;
  shared_questions questions_;
  lane long_answers_;
  history_answers history_;
  log_answers logs_;
  model_look_ups look_ups_;
  model_answers models_;
  run_starts starts_;
};

} // namespace lockstep
