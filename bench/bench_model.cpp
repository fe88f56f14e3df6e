// SPDX-License-Identifier: BSD-3-Clause

#include <lockstep/model.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <stdexcept>
#include <vector>

// What a step costs, measured where a user would feel it: in the plan.

namespace bench {

using clock = std::chrono::steady_clock;

double thread_cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct solver {
  explicit solver(const lockstep::seat&) {}

  void nothing() {}

  /// The time of day in seconds at which this solver got here.
  double arrive() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  /// Burns so many seconds of this thread's CPU time; answers how many it was.
  double burn(double seconds) {
    const double begun = thread_cpu_seconds();
    double spent = 0;
    while ((spent = thread_cpu_seconds() - begun) < seconds) {
    }
    return spent;
  }

  std::vector<double> echo(std::vector<double> payload) { return payload; }
};

double seconds_since(clock::time_point begun) {
  return std::chrono::duration<double>(clock::now() - begun).count();
}

template <class Step>
lockstep::json timed(std::int64_t count, Step step) {
  std::vector<double> seconds;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto begun = clock::now();
    step();
    seconds.push_back(seconds_since(begun));
  }
  std::ranges::sort(seconds);
  const auto at = [&](double part) {
    return seconds[static_cast<std::size_t>(part * static_cast<double>(seconds.size() - 1))];
  };
  return {{"median_us", 1e6 * at(0.5)}, {"p99_us", 1e6 * at(0.99)}};
}

lockstep::json plan(lockstep::team<solver>& team) {
  const auto& params = team.params();
  const std::int64_t steps = params.at("steps");
  const double work = params.at("work");
  const std::size_t bytes = params.at("bytes");
  lockstep::json result{{"solvers", team.size()}};
  // The last of them: only then is the whole team in its first step.
  result["first_step_at"] = std::ranges::max(team.broadcast<&solver::arrive>());
  if (bytes != 0) {
    const std::vector<double> payload(bytes / sizeof(double), 1.0);
    if (params.at("sum")) {
      result["step"] = timed(steps, [&] {
        if (team.reduce<&solver::echo>(lockstep::sum, payload).size() != payload.size())
          throw std::runtime_error("a sum came back with another size");
      });
      return result;
    }
    result["step"] = timed(steps, [&] {
      for (const auto& answer : team.broadcast<&solver::echo>(payload))
        if (answer.size() != payload.size())
          throw std::runtime_error("an echo came back with another size");
    });
  } else if (work > 0) {
    double cpu = 0;
    const auto begun = clock::now();
    result["step"] = timed(steps, [&] {
      for (const double spent : team.broadcast<&solver::burn>(work))
        cpu += spent;
    });
    result["efficiency"] = cpu / (seconds_since(begun) * static_cast<double>(team.size()));
  } else {
    result["step"] = timed(steps, [&] { team.broadcast<&solver::nothing>(); });
  }
  return result;
}

} // namespace bench

LOCKSTEP_MODEL("bench_model", bench::solver, bench::plan, "What a step costs",
               lockstep::integer("steps", 1'000, "how many steps").between(1, 1e9),
               lockstep::number("work", 0, "seconds of CPU time that each solver burns in a step")
                   .between(0, 1e6),
               lockstep::integer("bytes", 0, "bytes sent to each solver and back").between(0, 4e9),
               lockstep::flag("sum", false, "what comes back is summed on the way"))
