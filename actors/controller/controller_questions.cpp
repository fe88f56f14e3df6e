#include "actors/controller/controller_questions.hpp"

#include "actors/wire/limits.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

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

/// A list that nodes have parts of, and whom it is for once all have come.
struct answer_in_parts {
  explicit answer_in_parts(caf::typed_response_promise<document> to) : promise(std::move(to)) {}

  /// A part is there, or will not come.
  void came() {
    --missing;
    settle();
  }
  void settle() {
    if (missing != 0)
      return;
    json all = json::array();
    for (auto& part : parts)
      for (auto& one : part)
        all.push_back(std::move(one));
    promise.deliver(document{std::move(all)});
  }

  caf::typed_response_promise<document> promise;
  std::vector<json> parts; ///< each a list
  std::size_t missing = 0;
};

} // namespace

json controller_questions::describe(const known_node& node) const {
  const auto& its = node.description;
  const auto* place = engine_.places().find(node.number);
  std::map<run_id, json> by_run;
  for (const auto& held : place->slots)
    if (held.run.value != 0)
      by_run[held.run].push_back(held.solver);
  json hosted = json::array();
  json runs = json::array();
  for (const auto& [run, solvers] : by_run) {
    hosted.insert(hosted.end(), solvers.begin(), solvers.end());
    runs.push_back({{"run", to_string(run)}, {"solvers", solvers}});
  }
  return {{"node", to_string(node.number)},
          {"name", its.name.empty() ? json() : json(its.name)},
          {"host", its.host},
          {"pid", its.pid},
          {"solvers", its.slot_cores.size()},
          {"cores", its.slot_cores},
          {"hosted", std::move(hosted)},
          {"runs", std::move(runs)},
          {"version", its.version},
          {"abi", its.abi},
          {"caf", its.caf},
          {"state", to_string(place->state)},
          {"up", static_cast<bool>(node.handle)}};
}

json controller_questions::count(std::size_t finished_runs) const {
  std::size_t slots = 0;
  const auto up = nodes_.all_up();
  for (const auto* node : up)
    slots += node->description.slot_cores.size();
  return {{"nodes", up.size()},
          {"solvers", slots},
          {"runs",
           {{"queued", engine_.queue().size()},
            {"running", engine_.courses().size()},
            {"finished", finished_runs}}}};
}

json controller_questions::place_in_queue(run_id run) const {
  const auto place = engine_.queue().place_of(run);
  if (!place)
    return nullptr;
  const auto& under_way = engine_.courses();
  return {{"place", *place},
          {"waits_for", under_way.empty() ? "a node" : to_string(under_way.begin()->first)}};
}

caf::result<document> controller_questions::nodes() {
  const auto all = std::make_shared<answer_in_parts>(self_->make_response_promise<document>());
  for (const auto& [number, node] : nodes_.nodes) {
    const auto here = all->parts.size();
    all->parts.push_back(json::array({describe(node)}));
    if (!node.handle)
      continue;
    ++all->missing;
    caf_compat::request(self_, node.handle, pulse_limit, caf::get_atom_v)
        .then(
            [all, here, begun = clock::now()](const node_pulse& pulse) {
              add_pulse(all->parts[here].front(), pulse, milliseconds_since(begun));
              all->came();
            },
            [all](const caf::error&) { all->came(); });
  }
  all->settle();
  return all->promise;
}

caf::result<document> controller_questions::solvers(std::int64_t wait_ms) {
  const auto all = std::make_shared<answer_in_parts>(self_->make_response_promise<document>());
  const auto up = nodes_.all_up();
  all->parts.resize(up.size(), json::array());
  all->missing = up.size();
  // The node waits for its workers first, so give it a little longer.
  const auto limit = std::chrono::milliseconds{2 * wait_ms + 100};
  for (std::size_t i = 0; i < up.size(); ++i)
    caf_compat::request(self_, up[i]->handle, limit, caf::get_atom_v, wait_ms)
        .then(
            [all, i, begun = clock::now(), node = to_string(up[i]->number),
             position = nodes_.first_position_of(up[i]->number)](
                const std::vector<solver_status>& answers) mutable {
              const auto took_us = 1e3 * milliseconds_since(begun);
              for (const auto& answer : answers) {
                auto one = to_json(answer, node, position++);
                one["answered_us"] = took_us;
                all->parts[i].push_back(std::move(one));
              }
              all->came();
            },
            [all](const caf::error&) { all->came(); });
  all->settle();
  return all->promise;
}

caf::result<document> controller_questions::log(slot_number position, std::uint64_t bytes) {
  std::uint64_t first = 0;
  for (const auto* node : nodes_.all_up()) {
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
