// SPDX-License-Identifier: BSD-3-Clause

#include "control/answers/system_json.hpp"

#include <string>
#include <utility>

namespace lockstep {

namespace {

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

template <class Entry>
json list_of(const std::vector<Entry>& entries) {
  json list = json::array();
  for (const auto& one : entries)
    list.push_back(to_json(one));
  return list;
}

void add_health(json& text, const node_health& health) {
  text["load"] = health.heartbeat.load;
  text["processors"] = health.heartbeat.processors;
  text["memory_bytes"] = health.heartbeat.memory_bytes;
  text["memory_available_bytes"] = health.heartbeat.memory_available_bytes;
  text["round_trip_ms"] = health.round_trip_ms;
  text["clock_offset_ms"] = health.clock_offset_ms;
}

} // namespace

json to_json(const node_info& node) {
  const auto& its = node.description;
  json hosted = json::array();
  json runs = json::array();
  for (const auto& [run, solvers] : node.runs) {
    for (const auto solver : solvers)
      hosted.push_back(solver);
    runs.push_back({{"run", to_string(run)}, {"solvers", solvers}});
  }
  json text{{"node", to_string(node.node)},
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
            {"state", to_string(node.state)},
            {"up", node.up}};
  if (node.health)
    add_health(text, *node.health);
  return text;
}

json to_json(const std::vector<node_info>& nodes) {
  return list_of(nodes);
}

json to_json(const solver_info& solver) {
  const auto& seen = solver.status;
  return {{"solver", solver.solver},
          {"node", to_string(solver.node)},
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
          {"seconds", seen.seconds},
          {"answered_us", seen.answered_us}};
}

json to_json(const std::vector<solver_info>& solvers) {
  return list_of(solvers);
}

json to_json(const solver_output& log) {
  return {{"solver", log.solver}, {"text", log.text}, {"dropped_bytes", log.dropped_bytes}};
}

json to_json(const system_info& system) {
  return {{"nodes", system.nodes},
          {"solvers", system.solvers},
          {"runs",
           {{"queued", system.runs_queued},
            {"running", system.runs_running},
            {"finished", system.runs_finished}}}};
}

} // namespace lockstep
