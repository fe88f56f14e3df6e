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
  observers_.emit("node_up", {},
                  {{"node", to_string(what.node)},
                   {"name", its.description.name},
                   {"host", its.description.host},
                   {"solvers", its.description.slot_cores.size()}});
  watch_.watch(self_, its.handle,
               [this, number = what.node] { tell(run_events::node_lost{number}); });
  joining_->deliver(what.node); // a node must know its number before it gets work
}

void controller_actor_state::obey(const run_commands::node_down& what) {
  auto& node = nodes_.nodes.at(what.node);
  node.handle = nullptr;
  node.link = nullptr;
  requests_.forget(what.node);
  observers_.emit("node_down", {},
                  {{"node", to_string(what.node)},
                   {"name", node.description.name},
                   {"host", node.description.host},
                   {"reason", what.left ? "left" : "lost"}});
}

void controller_actor_state::obey(const run_commands::node_draining& what) {
  observers_.emit(
      "node_draining", {},
      {{"node", to_string(what.node)}, {"name", nodes_.nodes.at(what.node).description.name}});
}

caf::result<document> controller_actor_state::drain(const std::string& wanted) {
  const auto* found = engine_.places().find_up(wanted);
  const auto number = found == nullptr ? node_number{} : found->number;
  refused_.reset();
  tell(run_events::drain_asked{wanted});
  if (refused_)
    return to_error(*refused_);
  return document{questions_.describe(nodes_.nodes.at(number))};
}

void controller_actor_state::emit_change(node_number node, const worker_change& what) {
  json members{{"node", to_string(node)}, {"slot", what.slot}, {"pid", what.pid}};
  if (!what.up)
    members["reason"] = what.reason;
  observers_.emit(what.up ? "worker_up" : "worker_down", {}, std::move(members));
}

void controller_actor_state::emit_output(node_number node, const worker_output& what) {
  if (!observers_.is_watched())
    return;
  const auto* places = engine_.places().find(node);
  const auto run = places != nullptr && what.slot < places->slots.size()
                       ? places->slots[what.slot].run
                       : run_id{};
  observers_.emit("log", run,
                  {{"solver", nodes_.first_position_of(node) + what.slot}, {"text", what.text}});
}

} // namespace lockstep
