// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/controller/node_roster.hpp"
#include "actors/controller/observer_list.hpp"
#include "actors/controller/run_history.hpp"
#include "actors/loaders/library_actor.hpp"
#include "actors/rules/run/run_commands.hpp"
#include "actors/wire/handles.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

/// Between the run engine and the nodes: makes messages of its commands and events of their
/// answers. To a node on another machine payloads go ahead in pieces, and the model's library where
/// it is missing. Part of a controller, for its thread only.
///
/// No request has a time limit of CAF's: the node enforces the step's own, and a node that is gone
/// is told by its DOWN. An answer whose question does not count any more the engine drops.
class node_requests {
public:
  using teller = std::function<void(run_engine_event)>;

  node_requests(controller_actor::pointer self, node_roster& nodes, run_history& history,
                const observer_list& observers, std::uint64_t payload_limit, teller tell)
      : self_(self), nodes_(nodes), history_(history), observers_(observers),
        payload_limit_(payload_limit), tell_(std::move(tell)) {}

  void obey(run_commands::prepare_node& what);
  void obey(run_commands::push_library& what);
  void obey(run_commands::ask_node& what);
  void obey(const run_commands::stop_solvers& what);
  void obey(const run_commands::cancel_solvers& what);
  void obey(const run_commands::close_run& what);
  void obey(const run_commands::abandon_payloads& what);
  void obey(const run_commands::stop_node& what);

  /// Of a node on another machine. Error transfer_refused with a sentence.
  caf::result<void> take(const payload_piece& piece);

  /// Nothing more comes from it.
  void forget(node_number node);

private:
  /// What a question names, and its answer too.
  struct question {
    run_id run;
    node_number node;
    std::uint64_t number = 0;
    std::uint64_t attempt = 1;
  };

  /// What a run has asked a node for last.
  struct asked {
    std::size_t solvers = 0;
    bool is_open = false;          ///< it has not answered
    std::size_t answers = 0;       ///< that it may bring
    std::vector<blob> arguments{}; ///< which the node may not have opened yet
  };

  /// The library of a run's model, for nodes that lack it.
  struct wanted_library {
    std::vector<question> waiting; ///< while it is read
    blob bytes;
  };

  void answered(const question& what, node_answer& answer);
  void failed(const question& what, std::string type, std::string text);
  void ask(const question& what, node_step step);
  void library_missing(const question& what, const caf::error& why);
  void send_library(const question& to, blob library);
  void keep_library(const question& to, const blob& library);
  [[nodiscard]] std::uint64_t allowed_from(node_number node) const;

  controller_actor::pointer self_;
  node_roster& nodes_;
  run_history& history_;
  const observer_list& observers_;
  std::uint64_t payload_limit_;
  teller tell_;
  std::map<std::pair<run_id, node_number>, asked> asked_; ///< from prepare_node to close_run
  std::map<run_id, wanted_library> libraries_;
  library_service reader_{std::string{}}; ///< reads, and keeps none
};

} // namespace lockstep
