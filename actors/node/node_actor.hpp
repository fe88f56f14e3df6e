// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/loaders/library_actor.hpp"
#include "actors/node/worker_channel.hpp"
#include "actors/node/worker_source.hpp"
#include "actors/payload/payload_link.hpp"
#include "actors/rules/node/node_engine.hpp"
#include "actors/wire/handles.hpp"

#include <caf/disposable.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// The state of a node actor: the translator of the node engine, where everything is decided.
/// Messages become events, commands become messages. It runs no code of a model and never blocks,
/// so a crash of a model's code ends a worker only, and status and cancel get through whatever
/// happens. What is its own: payloads between machines, a model's library, questions.
class node_actor_state : public worker_listener {
public:
  using self_pointer = node_actor::pointer;

  node_actor_state(self_pointer self, controller_actor controller, node_description description,
                   std::shared_ptr<worker_source> workers);
  ~node_actor_state() override { timer_.dispose(); }
  node_actor_state(const node_actor_state&) = delete;
  node_actor_state& operator=(const node_actor_state&) = delete;

  node_actor::behavior_type make_behavior();

  static inline const char* name = "lockstep.node";

private:
  using answer_promise = caf::typed_response_promise<node_answer>;

  /// What the engine does not need to know of a run's part.
  struct known_run {
    packed_json parameters;
    std::uint64_t payload_limit = 0;
    std::string step;        ///< the name of the last one
    std::vector<blob> sent;  ///< the last answers, which the controller may not have opened yet
    bool going_home = false; ///< answers are on their way to another machine
  };

  /// Carries out what the engine says; node_actor_commands.cpp.
  struct command_handler;

  /// Everything goes through here: what happened, and what it brings about.
  void tell(node_engine_event event);
  answer_promise expect_answer();
  [[nodiscard]] worker_channel* channel_of(worker_key who) const;

  void open();
  std::int64_t joined(const join_as_worker& worker);
  void answered(const task_identity& task, solver_answer& answer) override;
  void solver_destroyed(worker_key who) override;
  void unreachable(worker_key who) override;
  void exited(const worker_exit& ended);
  caf::result<node_answer> prepare(const prepare_run& asked);
  caf::result<node_answer> begin_step(node_step& asked);
  void cancel(const cancel_solvers& asked);
  void close(run_id run);
  void forget(run_id run);
  caf::result<void> stop();

  // Questions: node_actor_questions.cpp.
  caf::result<std::vector<solver_status>> status(std::chrono::milliseconds wait);
  [[nodiscard]] solver_status seen_from_here(std::uint32_t slot) const;
  caf::result<output_tail> output(const read_worker_output& wanted) const;
  static node_heartbeat heartbeat();

  // Where the head is another machine: node_actor_payloads.cpp.
  caf::result<void> take(const payload_piece& piece);
  void find_library(const node_commands::find_library& wanted);
  caf::result<void> keep_library(const push_library& pushed);
  void send_home(answer_promise promise, run_id run, node_answer answer);

  self_pointer self_;
  controller_actor controller_;
  node_description description_;
  std::shared_ptr<worker_source> workers_;
  std::shared_ptr<payload_link> link_; ///< null where the head is this machine
  node_engine engine_;
  std::optional<node_number> number_;
  std::map<worker_key, std::unique_ptr<worker_channel>> channels_;
  std::map<run_id, known_run> runs_;
  std::uint64_t last_request_ = 0;
  std::map<std::uint64_t, answer_promise> promises_; ///< by request
  std::vector<caf::typed_response_promise<void>> stop_promises_;
  caf::disposable timer_;
  library_service libraries_{library_cache::default_folder()};
  caf_compat::down_watch watch_;
};

} // namespace lockstep
