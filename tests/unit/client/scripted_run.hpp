// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/unit/client/scripted_head.hpp"

#include <atomic>
#include <string>
#include <utility>

namespace lockstep::test {

/// What models.describe says of the model "tsp" of these tests.
inline json described_model() {
  return json::parse(R"({"name": "tsp", "summary": "A tour.", "parameters": [
      {"name": "rounds", "type": "integer", "default": 10, "help": "how often", "minimum": 1},
      {"name": "instance", "type": "string", "default": "", "help": "a TSPLIB file"}]})");
}

/// A stand-in for a head that has the model "tsp" and one run "r1" of it.
struct scripted_run {
  std::atomic<int> looks = 0;        ///< how often the client asked how the run gets on
  std::atomic<int> looks_to_end = 2; ///< when it is over by itself
  std::atomic<bool> cancelled = false;
  json ended = {{"run", "r1"}, {"state", "done"}, {"result", {{"length", 42}}}};
  scripted_head head; // the last member: its thread uses all others

  scripted_run() {
    head.on("system.describe", {{"name", "lockstep"}});
    head.on("models.describe", described_model());
    head.on("events.subscribe", {{"subscription", 1}});
    head.on("runs.start", run_object("queued"));
    head.on("runs.steps", json::array());
    head.on("runs.list", json::array({run_object("running")}));
    head.on("runs.cancel", [this](exchange& call) {
      cancelled = true;
      ended = {{"run", "r1"}, {"state", "cancelled"}, {"result", nullptr}};
      call.answer(run_object("cancelling"));
    });
    head.on("runs.get", [this](exchange& call) {
      ++looks;
      const bool over = cancelled || looks >= looks_to_end;
      call.answer(run_object(over ? ended.at("state").get<std::string>() : "running"));
    });
    head.on("runs.result", [this](exchange& call) { call.answer(ended); });
  }

  static json run_object(const std::string& state) {
    return {{"run", "r1"},
            {"model", "tsp"},
            {"state", state},
            {"solvers", 2},
            {"steps", 0},
            {"reports", 0},
            {"error", nullptr},
            {"seed", 1},
            {"step", {{"number", 1}, {"name", "improve"}, {"kind", "broadcast"}}}};
  }
};

} // namespace lockstep::test
