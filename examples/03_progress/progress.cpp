// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

// Long steps that say how far they are and stop when asked. To play with it:
//
//     control serve &
//     control start 03_progress --steps 20 --seconds 5     prints r1
//     control watch r1                                     a bar; Ctrl-C leaves the run alone
//     control status                                       every solver answers while it works
//     control pause r1        the step under way ends, the next one waits
//     control resume r1
//     control cancel r1       cancelled() is true from now on
//     control result r1       what the plan made of the steps that were done
//     control logs 0
//     control terminate

namespace progress {

struct worker {
  explicit worker(const lockstep::seat& seat) : index(seat.index) {}

  /// Works for so many seconds; answers how many it did.
  double work(double seconds, lockstep::step_context& step) {
    using clock = std::chrono::steady_clock;
    const auto begun = clock::now();
    double spent = 0;
    while (spent < seconds && !step.cancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10}); // the work
      spent = std::chrono::duration<double>(clock::now() - begun).count();
      step.progress(spent / seconds, spent < seconds / 2 ? "first half" : "second half");
    }
    step.log("worked " + std::to_string(spent) + " s");
    return spent;
  }

  std::size_t index;
};

lockstep::json plan(lockstep::team<worker>& team) {
  const std::int64_t steps = team.params().at("steps");
  const double seconds = team.params().at("seconds");
  double sum = 0;
  std::int64_t done = 0;
  try {
    for (std::int64_t number = 0; number < steps; ++number) {
      for (const auto spent : team.broadcast<&worker::work>(seconds))
        sum += spent;
      // Solvers that saw cancelled() have answered too: their seconds count, the step does not.
      if (!team.cancelled())
        ++done;
      team.report({{"done", done}, {"seconds", sum}});
    }
  } catch (const lockstep::run_cancelled&) {
    // What there is so far is still worth having.
  }
  return {{"done", done}, {"seconds", sum}, {"cancelled", team.cancelled()}};
}

} // namespace progress

LOCKSTEP_MODEL("03_progress", progress::worker, progress::plan,
               "Long steps that tell their progress and can be paused and cancelled",
               lockstep::integer("steps", 3, "how many steps").between(1, 1e6),
               lockstep::number("seconds", 2, "how long a step takes").between(0, 1e5))
