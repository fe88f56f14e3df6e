// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/controller_actor.hpp"

#include <utility>

// The nodes of a controller: how they come and go, and what they tell to whoever watches.

namespace lockstep {

caf::result<node_number> controller_actor_state::node_joined(node_description& description,
                                                             const node_actor& node) {
  const node_number number{++last_node_};
  run_events::node_joined joined{number, description.name, description.host,
                                 description.slot_cores.size(), description.remote};
  auto link = description.remote ? link_payloads(self_, node) : nullptr;
  nodes_.nodes[number] = {number, std::move(description), node, std::move(link)};
  auto promise = self_->make_response_promise<node_number>();
  joining_ = promise;
  refused_.reset();
  tell(std::move(joined));
  joining_.reset();
  if (refused_) {
    nodes_.nodes.erase(number);
    promise.deliver(to_error(*refused_));
  }
  return promise;
}

void controller_actor_state::obey(const run_commands::node_up& what) {
  const auto& its = nodes_.nodes.at(what.node);
  observers_.tell({}, events::node_up{what.node, its.description.name, its.description.host,
                                      its.description.slot_cores.size()});
  watch_.watch(self_, its.handle,
               [this, number = what.node] { tell(run_events::node_lost{number}); });
  joining_->deliver(what.node); // a node must know its number before it gets work
}

void controller_actor_state::obey(const run_commands::node_down& what) {
  auto& node = nodes_.nodes.at(what.node);
  node.handle = nullptr;
  node.link = nullptr;
  requests_.forget(what.node);
  observers_.tell(
      {}, events::node_down{what.node, node.description.name, node.description.host, what.left});
}

void controller_actor_state::obey(const run_commands::node_draining& what) {
  observers_.tell({},
                  events::node_draining{what.node, nodes_.nodes.at(what.node).description.name});
}

caf::result<node_info> controller_actor_state::drain(const std::string& wanted) {
  const auto* found = engine_.places().find_up(wanted);
  const auto number = found == nullptr ? node_number{} : found->number;
  if (auto refused = ask(run_events::drain_asked{wanted}))
    return refused;
  return questions_.describe(nodes_.nodes.at(number));
}

void controller_actor_state::emit_change(node_number node, const worker_change& what) {
  if (what.up)
    observers_.tell({}, events::worker_up{node, what.slot, what.pid});
  else
    observers_.tell({}, events::worker_down{node, what.slot, what.pid, what.reason});
}

void controller_actor_state::emit_output(node_number node, const worker_output& what) {
  if (!observers_.is_watched())
    return;
  const auto* places = engine_.places().find(node);
  const auto run = places != nullptr && what.slot < places->slots.size()
                       ? places->slots[what.slot].run
                       : run_id{};
  observers_.tell(run, events::log{nodes_.first_position_of(node) + what.slot, what.text});
}

} // namespace lockstep
