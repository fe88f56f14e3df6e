// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/controller_questions.hpp"
#include "actors/controller/node_requests.hpp"
#include "actors/controller/node_roster.hpp"
#include "actors/controller/observer_list.hpp"
#include "actors/controller/plan_desk.hpp"
#include "actors/controller/run_chronicle.hpp"
#include "actors/controller/run_history.hpp"
#include "actors/controller/waiting_questions.hpp"
#include "actors/plan/plan_launcher.hpp"
#include "actors/rules/run/run_engine.hpp"
#include "actors/system/alarm_clock.hpp"
#include "actors/wire/handles.hpp"
#include "actors/wire/limits.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// What a controller may be told at its start.
struct controller_options {
  std::uint64_t payload_limit = limits::payload_bytes; ///< bytes of one argument or answer
  bool nodes_can_join = false;                         ///< from other machines
  std::uint64_t history_bytes = limits::history_bytes; ///< of what is kept of all runs
};

caf::error to_error(const run_commands::request_refused& why);

/// The state of a controller. What happens to runs the run engine decides; here messages become its
/// events, and its commands messages, each in the part that knows who is at the other end:
///
///     nodes ─────► node_requests ─┐               ┌─► node_requests ─► nodes
///     plans ─────► plan_desk ─────┼─► run_engine ─┼─► plan_desk ─────► plans
///     people ────► this ──────────┘               ├─► run_chronicle ─► history, observers, waits
///     timers ────► this                           └─► this ──────────► timers, the end
///
/// Its handlers never wait: whoever asks for something that takes time gets a response promise.
class controller_actor_state {
public:
  using self_pointer = controller_actor::pointer;

  controller_actor_state(self_pointer self, std::shared_ptr<plan_launcher> plans,
                         controller_options options);
  controller_actor_state(const controller_actor_state&) = delete;
  controller_actor_state& operator=(const controller_actor_state&) = delete;

  controller_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.controller";

private:
  /// What there is an alarm for: the engine's timers, and waits for results by their number.
  using due = std::variant<run_timer, std::uint64_t>;

  /// Hands an event to the engine and carries out what it wants. One that comes up meanwhile is
  /// handed in after that.
  void tell(run_engine_event what);
  /// The same for what somebody asks for: an error where it is refused.
  caf::error ask(run_engine_event what);
  void ring(const due& what);

  template <class Command>
  void carry_out(Command& what);
  void obey(const run_commands::request_refused& what) { refused_ = what; }
  void obey(const run_commands::node_up& what);
  void obey(const run_commands::node_down& what);
  void obey(const run_commands::forget_node& what) { nodes_.nodes.erase(what.node); }
  void obey(const run_commands::node_draining& what);
  void obey(const run_commands::set_timer& what) { alarm_.set(what.timer, what.when); }
  void obey(const run_commands::remove_timer& what);
  void obey(const run_commands::end& what);

  caf::result<node_number> node_joined(node_description& description, const node_actor& node);
  caf::result<node_info> drain(const std::string& wanted);
  void emit_change(node_number node, const worker_change& what);
  void emit_output(node_number node, const worker_output& what);
  caf::result<run_info> queue_run(start_run& request);
  /// Hands in what somebody wants to become of a run. An error where it is not there, or is over.
  caf::result<run_info> order(run_id id, run_event what, run_engine_event wanted);
  /// With its place in the queue.
  [[nodiscard]] run_info describe(run_record& run) const;
  caf::result<run_info> describe(run_id id);
  caf::result<run_result> result_of(const get_result& wanted);
  /// Of a run that is there.
  template <class Found, class Wanted>
  caf::result<Found> look(const Wanted& wanted);
  caf::result<void> stop(run_events::stop_asked::manner how);

  self_pointer self_;
  controller_options options_;
  caf_compat::down_watch watch_;
  node_roster nodes_;
  std::uint32_t last_node_ = 0;
  observer_list observers_;
  run_history history_;
  run_engine engine_;
  node_requests requests_;
  plan_desk plans_;
  run_chronicle chronicle_;
  controller_questions questions_;
  waiting_questions waiting_;
  alarm_clock<due> alarm_;
  std::deque<run_engine_event>
      next_; ///< events that wait until the commands of one are carried out
  bool is_carrying_out_ = false;
  std::optional<run_commands::request_refused> refused_; ///< what was just asked for
  std::optional<caf::typed_response_promise<node_number>> joining_;
  std::uint64_t last_wait_ = 0;
  std::vector<caf::typed_response_promise<void>> stop_promises_;
};

} // namespace lockstep
