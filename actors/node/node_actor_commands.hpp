#pragma once

#include "actors/node/node_actor.hpp"

namespace lockstep {

/// Carries out what the node's engine says, on the node's thread.
struct node_actor_state::command_handler {
  node_actor_state& node;

  void operator()(const node_commands::start_worker& it) const;
  void operator()(const node_commands::kill_worker& it) const;
  void operator()(const node_commands::load_ahead& it) const;
  void operator()(node_commands::construct_solver& it) const;
  void operator()(node_commands::hand_task& it) const;
  void operator()(node_commands::hand_combination& it) const;
  void operator()(const node_commands::ask_to_stop& it) const;
  void operator()(const node_commands::close_solver& it) const;
  void operator()(const node_commands::end_leftovers& it) const;
  void operator()(const node_commands::stop_workers& it) const;
  void operator()(const node_commands::find_library& it) const;
  void operator()(node_commands::answer& it) const;
  void operator()(node_commands::refuse& it) const;
  void operator()(node_commands::tell_change& it) const;
  void operator()(const node_commands::tell_barrier& it) const;
  void operator()(const node_commands::give_up_sending& it) const;
  void operator()(const node_commands::wake_at& it) const;
  void operator()(const node_commands::let_timer_go& it) const;
  void operator()(const node_commands::end_node& it) const;
};

} // namespace lockstep
