// SPDX-License-Identifier: BSD-3-Clause

#include "actors/embedded/embedded.hpp"
#include "actors/system/system_configuration.hpp"

#include <lockstep/model.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <variant>

// An existing CAF program that runs a model inside its own actor system: Lockstep's actors are
// spawned beside its own, and what comes of a run is a message. No head, no node, no other process.

namespace embedded {

struct integrator {
  explicit integrator(const lockstep::seat& seat) : index(seat.index), count(seat.count) {}

  /// This solver's share of the integral of sqrt(1 - x^2) from 0 to 1, in strips.
  double share(std::uint64_t strips, lockstep::step_context& step) const {
    const double width = 1.0 / static_cast<double>(strips);
    double sum = 0;
    for (std::uint64_t i = index, done = 0; i < strips && !step.cancelled(); i += count, ++done) {
      const double x = (static_cast<double>(i) + 0.5) * width;
      sum += std::sqrt(1.0 - x * x) * width;
      if (done % 100'000 == 0)
        step.progress(x);
    }
    return sum;
  }

  std::size_t index;
  std::size_t count;
};

lockstep::json plan(lockstep::team<integrator>& team) {
  const std::uint64_t strips = team.params().at("strips");
  return {{"pi", 4 * team.reduce<&integrator::share>(lockstep::sum, strips)}};
}

lockstep::start_run pi_by(std::uint64_t strips) {
  return {.model = {"pi"}, .parameters = lockstep::packed_json{{{"strips", strips}}}};
}

/// Prints how far the solvers are. There are more kinds of events.
lockstep::observer_actor::behavior_type watcher() {
  return {[](const lockstep::event& happened) {
    if (const auto* at = std::get_if<lockstep::events::progress>(&happened.what))
      std::cout << "solver " << at->solver << ": " << 100 * at->fraction << " %\n";
  }};
}

/// Wants two runs. The second waits until the first lets its places go, and is cancelled meanwhile.
/// Prints what came of the first, sets the exit code to 0 if it is done, and stops Lockstep.
caf::behavior asker(caf::event_based_actor* self, const lockstep::controller_actor& controller,
                    std::atomic<int>* exit_code) {
  using namespace lockstep;
  using namespace std::chrono_literals;
  const auto complain = [=](const caf::error& why) {
    std::cerr << "07_embedded: " << caf::to_string(why) << '\n';
    tell(self, controller, shut_down{});
    self->quit();
  };
  const auto print_state = [](const run_info& run) {
    std::cout << to_string(run.run) << " is " << to_string(run.state) << '\n';
  };
  const auto print_result = [=](const run_result& ended) {
    if (ended.failed)
      std::cerr << "07_embedded: " << to_string(*ended.failed) << '\n';
    else
      std::cout << "pi is " << ended.result.value().at("pi").get<double>() << '\n';
    *exit_code = ended.state == run_state::done ? 0 : 1;
    tell(self, controller, shut_down{});
    self->quit();
  };
  const auto await_result = [=](const run_info& first) {
    ask(self, controller, get_result{first.run, 1min}).then(print_result, complain);
  };
  const auto cancel = [=](const run_info& second) {
    ask(self, controller, cancel_run{second.run}).then(print_state, complain);
  };
  tell(self, controller, watch_events{self->spawn(watcher)});
  ask(self, controller, pi_by(200'000'000)).then(await_result, complain);
  ask(self, controller, pi_by(1'000'000'000'000)).then(cancel, complain);
  return {};
}

} // namespace embedded

LOCKSTEP_MODEL("pi", embedded::integrator, embedded::plan, "Pi by strips",
               lockstep::integer("strips", 1'000, "how many strips").between(1, 1e12))

int main() {
  lockstep::prepare_caf();
  std::atomic<int> exit_code = 1;
  {
    caf::actor_system_config configuration;
    caf::actor_system system{configuration};
    const auto controller = lockstep::spawn_embedded(system, 2);
    system.spawn(embedded::asker, controller, &exit_code);
  } // the system's destructor returns when all actors have ended
  return exit_code;
}
