#pragma once

#include "actors/rules/reduction.hpp"
#include "actors/wire/handles.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace lockstep {

/// What is wanted of a plan.
enum class plan_order : std::uint8_t {
  go_on,
  stop,    ///< its run is cancelled
  given_up ///< it did not stop in time: its run is over, and nothing counts that it does
};

/// What a plan needs to begin.
struct plan_start {
  run_id run;
  model_reference model;
  packed_json parameters; ///< to be read on the thread of the plan
  std::uint64_t seed = 0;
  std::uint64_t solvers = 0;
  std::uint64_t payload_limit = 0;
  std::vector<subtree> groups; ///< the solvers of each node, in order
  std::shared_ptr<const std::atomic<plan_order>> order;
};

/// Lets a plan run: it asks the controller for steps (plan_call), reports (run_id, json_text), and
/// tells its end (plan_ended) as the last thing it does. Gives the thread that it runs on, if it
/// needs one.
using plan_launcher = std::function<std::thread(plan_start, const controller_actor&)>;

} // namespace lockstep
