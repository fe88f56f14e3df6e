#include "actors/controller/controller_actor.hpp"

#include "actors/rules/run/placement.hpp"

#include <algorithm>
#include <utility>

// The nodes of a controller: who is there, how they are, and how they leave.

namespace lockstep {

namespace {

/// At once; and those that are gone are shown while there are so few in all, until they come back.
constexpr std::size_t nodes_max = 4'096;
constexpr std::size_t shown_nodes_max = 100;

/// A node answers this at once; across a bad network it may take a while.
constexpr std::chrono::milliseconds pulse_limit{1'500};

using clock = std::chrono::steady_clock;

std::string to_word(solver_state state) {
  switch (state) {
  case solver_state::starting:
    return "starting";
  case solver_state::idle:
    return "idle";
  case solver_state::busy:
    return "busy";
  case solver_state::dead:
    break;
  }
  return "dead";
}

json to_json(const solver_status& seen, const std::string& node, std::uint64_t position) {
  return {{"solver", position},
          {"node", node},
          {"slot", seen.slot},
          {"pid", seen.pid},
          {"core", seen.core < 0 ? json() : json(seen.core)},
          {"state", to_word(seen.state)},
          {"restarts", seen.restarts},
          {"run", seen.run == 0 ? json() : json(to_string(run_id{seen.run}))},
          {"index", seen.solver ? json(*seen.solver) : json()},
          {"step", seen.step.empty() ? json() : json(seen.step)},
          {"number", seen.number},
          {"fraction", seen.fraction},
          {"note", seen.note},
          {"seconds", seen.seconds}};
}

double milliseconds_since(clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(clock::now() - begun).count();
}

/// Adds to a node's description what it has just told of itself. The offset of its clock is what it
/// said less our time in the middle between question and answer, so it is right to half of what the
/// two ways differ by.
void add_pulse(json& node, const node_pulse& pulse, double round_trip_ms) {
  const auto now_ns =
      std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
  node["load"] = pulse.load;
  node["processors"] = pulse.processors;
  node["memory_bytes"] = pulse.memory_bytes;
  node["memory_available_bytes"] = pulse.memory_available_bytes;
  node["round_trip_ms"] = round_trip_ms;
  node["clock_offset_ms"] = 1e-6 * static_cast<double>(pulse.clock_ns - now_ns) + round_trip_ms / 2;
}

/// "n2 (alpha on beta)"; a node of the head's own machine has no name.
std::string title_of(node_number number, const node_description& its) {
  return to_string(number) +
         (its.name.empty() ? " on " + its.host : " (" + its.name + " on " + its.host + ')');
}

} // namespace

caf::result<node_number> controller_actor_state::node_joined(node_description& description,
                                                             const node_actor& node) {
  if (life_ >= life::stopping)
    return caf::make_error(errc::shutting_down);
  if (nodes_up().size() >= nodes_max)
    return caf::make_error(errc::limit_exceeded,
                           "there are " + std::to_string(nodes_max) + " nodes already");
  std::erase_if(nodes_, [&](const auto& known) {
    const auto& [gone, its] = known;
    const bool came_back = !description.name.empty() && its.description.name == description.name;
    return !its.handle && (came_back || nodes_.size() >= shown_nodes_max);
  });
  if (description.name.empty()) {
    trouble_.clear();
    own_node_joined_ = true;
  }
  const node_number number{++last_node_};
  emit("node_up", {},
       {{"node", to_string(number)},
        {"name", description.name},
        {"host", description.host},
        {"solvers", description.slot_cores.size()}});
  auto link = description.remote ? link_payloads(self_, node) : nullptr;
  nodes_[number.value] = {number, std::move(description), node, std::move(link)};
  watch_.watch(self_, node, [this, number] { node_lost(number); });
  // A node must know its number before it gets work.
  auto promise = self_->make_response_promise<node_number>();
  promise.deliver(number);
  take_next();
  return promise;
}

void controller_actor_state::node_lost(node_number number) {
  const auto found = nodes_.find(number.value);
  if (found == nodes_.end() || !found->second.handle)
    return;
  auto& node = found->second;
  node.handle = nullptr;
  node.link = nullptr;
  const bool left = node.state == node_state::leaving;
  node.state = *next_state(node.state, node_life_event::lost);
  emit("node_down", {},
       {{"node", to_string(number)},
        {"name", node.description.name},
        {"host", node.description.host},
        {"reason", left ? "left" : "lost"}});
  break_off(node, "node_lost", "is gone");
  end_if_stopped();
}

void controller_actor_state::break_off(const node_entry& node, std::string type,
                                       const std::string& what_happened) {
  if (!active_)
    return;
  const auto its = std::ranges::find(active_->parts, node.number, &part::node);
  if (its == active_->parts.end())
    return;
  step_failure failed;
  failed.node = to_string(node.number);
  failed.type = std::move(type);
  failed.text = "node " + title_of(node.number, node.description) + ' ' + what_happened +
                ", and with it " + name_of(its->solvers, find(active_->id)->solvers);
  break_active(std::move(failed));
}

std::vector<const controller_actor_state::node_entry*> controller_actor_state::nodes_up() const {
  std::vector<const node_entry*> up;
  for (const auto& [number, node] : nodes_)
    if (node.handle)
      up.push_back(&node);
  return up;
}

std::vector<const controller_actor_state::node_entry*>
controller_actor_state::nodes_for_runs() const {
  auto usable = nodes_up();
  std::erase_if(usable, [](const auto* node) { return node->state != node_state::up; });
  return usable;
}

std::vector<node_places> controller_actor_state::places_for_runs() const {
  std::vector<node_places> places;
  for (const auto* node : nodes_for_runs())
    places.push_back({to_string(node->number), node->description.slot_cores.size()});
  return places;
}

bool controller_actor_state::is_in_active_run(node_number number) const {
  return active_ && std::ranges::find(active_->parts, number, &part::node) != active_->parts.end();
}

caf::result<document> controller_actor_state::drain(const std::string& wanted) {
  const auto up = nodes_up();
  const auto found = std::ranges::find_if(up, [&](const auto* node) {
    return to_string(node->number) == wanted || node->description.name == wanted;
  });
  if (wanted.empty() || found == up.end())
    return caf::make_error(errc::no_such_node, "no node \"" + wanted + "\" is up");
  auto& node = nodes_.at((*found)->number.value);
  const bool busy = is_in_active_run(node.number);
  const auto next =
      next_state(node.state, busy ? node_life_event::drain_busy : node_life_event::drain_idle);
  if (!next)
    return caf::make_error(errc::wrong_state,
                           "node " + wanted + " is " + to_string(node.state) + " already");
  node.state = *next;
  emit("node_draining", {}, {{"node", to_string(node.number)}, {"name", node.description.name}});
  if (!busy)
    caf_compat::send(self_, node.handle, caf::delete_atom_v);
  else if (!active_->under_way)
    barrier_of_draining();
  return describe(node);
}

void controller_actor_state::barrier_of_draining() {
  for (auto& [number, node] : nodes_) {
    const auto next = next_state(node.state, node_life_event::barrier);
    if (!next || !node.handle)
      continue;
    node.state = *next;
    break_off(node, "node_drained", "was told to leave");
    caf_compat::send(self_, node.handle, caf::delete_atom_v);
  }
}

json controller_actor_state::describe(const node_entry& node) const {
  const auto& its = node.description;
  json solvers = json::array();
  if (is_in_active_run(node.number)) {
    const auto part_of = std::ranges::find(active_->parts, node.number, &part::node);
    for (std::size_t i = 0; i < part_of->solvers.count; ++i)
      solvers.push_back(part_of->solvers.first + i);
  }
  return {{"node", to_string(node.number)},
          {"name", its.name.empty() ? json() : json(its.name)},
          {"host", its.host},
          {"pid", its.pid},
          {"solvers", its.slot_cores.size()},
          {"cores", its.slot_cores},
          {"hosted", std::move(solvers)},
          {"version", its.version},
          {"abi", its.abi},
          {"caf", its.caf},
          {"state", to_string(node.state)},
          {"up", static_cast<bool>(node.handle)}};
}

caf::result<document> controller_actor_state::list_nodes() {
  struct collection {
    json nodes = json::array();
    std::size_t missing = 0;
    caf::typed_response_promise<document> promise;
    void settle() {
      if (missing == 0)
        promise.deliver(document{std::move(nodes)});
    }
  };
  auto all = std::make_shared<collection>();
  all->promise = self_->make_response_promise<document>();
  for (const auto& [number, node] : nodes_)
    all->nodes.push_back(describe(node));
  std::size_t place = 0;
  for (const auto& [number, node] : nodes_) {
    const auto here = place++;
    if (!node.handle)
      continue;
    ++all->missing;
    caf_compat::request(self_, node.handle, pulse_limit, caf::get_atom_v)
        .then(
            [all, here, begun = clock::now()](const node_pulse& pulse) {
              add_pulse(all->nodes[here], pulse, milliseconds_since(begun));
              --all->missing;
              all->settle();
            },
            [all](const caf::error&) {
              --all->missing;
              all->settle();
            });
  }
  auto promise = all->promise;
  all->settle();
  return promise;
}

std::uint64_t controller_actor_state::first_position_of(node_number number) const {
  std::uint64_t position = 0;
  for (const auto* node : nodes_up()) {
    if (node->number == number)
      break;
    position += node->description.slot_cores.size();
  }
  return position;
}

caf::result<document> controller_actor_state::solvers_live(std::int64_t wait_ms) {
  struct collection {
    std::vector<json> by_node;
    std::size_t missing = 0;
    caf::typed_response_promise<document> promise;
    void settle() {
      if (missing != 0)
        return;
      json all = json::array();
      for (auto& part : by_node)
        for (auto& one : part)
          all.push_back(std::move(one));
      promise.deliver(document{std::move(all)});
    }
  };
  auto all = std::make_shared<collection>();
  all->promise = self_->make_response_promise<document>();
  const auto begun = std::chrono::steady_clock::now();
  const auto up = nodes_up();
  all->by_node.resize(up.size());
  all->missing = up.size();
  // The node waits for its workers first, so give it a little longer.
  const auto limit = std::chrono::milliseconds{2 * wait_ms + 100};
  for (std::size_t i = 0; i < up.size(); ++i)
    caf_compat::request(self_, up[i]->handle, limit, caf::get_atom_v, wait_ms)
        .then(
            [all, i, begun, node = to_string(up[i]->number),
             position = first_position_of(up[i]->number)](
                const std::vector<solver_status>& answers) mutable {
              const std::chrono::duration<double, std::micro> took =
                  std::chrono::steady_clock::now() - begun;
              for (const auto& answer : answers) {
                auto one = to_json(answer, node, position++);
                one["answered_us"] = took.count();
                all->by_node[i].push_back(std::move(one));
              }
              --all->missing;
              all->settle();
            },
            [all](const caf::error&) {
              --all->missing;
              all->settle();
            });
  auto promise = all->promise;
  all->settle();
  return promise;
}

caf::result<document> controller_actor_state::solver_log(slot_number position,
                                                         std::uint64_t bytes) {
  std::uint64_t first = 0;
  for (const auto* node : nodes_up()) {
    const auto slots = node->description.slot_cores.size();
    if (position.value < first + slots) {
      auto promise = self_->make_response_promise<document>();
      const slot_number place{static_cast<std::uint32_t>(position.value - first)};
      caf_compat::request(self_, node->handle, limits::status_answer, caf::get_atom_v, place, bytes)
          .then(
              [promise, position](output_tail& tail) mutable {
                promise.deliver(document{{{"solver", position.value},
                                          {"text", std::move(tail.text)},
                                          {"dropped_bytes", tail.dropped_bytes}}});
              },
              [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
      return promise;
    }
    first += slots;
  }
  return caf::make_error(errc::no_such_solver,
                         "there are " + std::to_string(first) + " solvers, counted from 0");
}

} // namespace lockstep
