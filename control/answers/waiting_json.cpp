// SPDX-License-Identifier: BSD-3-Clause

#include "control/answers/waiting_json.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace lockstep {

namespace {

json to_word(awaited what) {
  switch (what) {
  case awaited::nothing:
    return nullptr;
  case awaited::places:
    return "places";
  case awaited::construction:
    return "construction";
  case awaited::solvers:
    return "solvers";
  case awaited::plan:
    return "plan";
  case awaited::resume:
    break;
  }
  return "resume";
}

std::string to_word(lateness what) {
  switch (what) {
  case lateness::computes:
    return "computes";
  case lateness::not_begun:
    return "not_begun";
  case lateness::unknown:
    break;
  }
  return "unknown";
}

json to_json(const awaited_solver& one) {
  const bool computes = one.what == lateness::computes;
  return {{"solver", one.solver},
          {"position", one.position ? json(*one.position) : json()},
          {"node", to_string(one.node)},
          {"name", one.node_name.empty() ? json() : json(one.node_name)},
          {"core", one.core < 0 ? json() : json(one.core)},
          {"state", to_word(one.what)},
          {"seconds", computes ? json(one.seconds) : json()},
          {"fraction", computes ? json(one.fraction) : json()},
          {"note", computes ? json(one.note) : json()},
          {"over_median", one.over_median}};
}

} // namespace

json to_json(const run_waiting& found) {
  const auto of_step = [&found](std::uint64_t count) { return found.step ? json(count) : json(); };
  json longest = json::array();
  for (const auto& one : found.longest)
    longest.push_back(to_json(one));
  json text{{"run", to_string(found.run)},
            {"state", to_string(found.state)},
            {"waits_for", to_word(found.waits_for)},
            {"step", nullptr},
            {"seconds", found.seconds ? json(*found.seconds) : json()},
            {"solvers", of_step(found.solvers)},
            {"reached", of_step(found.reached)},
            {"computing", of_step(found.computing)},
            {"not_begun", of_step(found.not_begun)},
            {"unknown", of_step(found.unknown)},
            {"missing", of_step(found.missing)},
            {"longest", std::move(longest)},
            {"sentence", found.sentence}};
  if (found.step)
    text["step"] = {
        {"number", found.step->number}, {"name", found.step->name}, {"kind", found.step->kind}};
  return text;
}

} // namespace lockstep
