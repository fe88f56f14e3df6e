#include "actors/embedded/embedded.hpp"
#include "actors/system/system_configuration.hpp"

#include <lockstep/model.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <iostream>

// An existing CAF program that runs a model inside its own actor system: Lockstep's actors are
// spawned beside its own, and the result comes by message. No head, no node, no other process.

namespace embedded {

struct integrator {
  explicit integrator(const lockstep::seat& seat) : index(seat.index), count(seat.count) {}

  /// This solver's share of the integral of sqrt(1 - x^2) from 0 to 1, in strips.
  double share(std::uint64_t strips) const {
    const double width = 1.0 / static_cast<double>(strips);
    double sum = 0;
    for (std::uint64_t i = index; i < strips; i += count) {
      const double x = (static_cast<double>(i) + 0.5) * width;
      sum += std::sqrt(1.0 - x * x) * width;
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

/// The program's own actor: asks for a run, waits for its result, prints it, and stops Lockstep.
/// Sets the exit code to 0 once a run is done.
caf::behavior asker(caf::event_based_actor* self, const lockstep::controller_actor& controller,
                    std::atomic<int>* exit_code) {
  using namespace lockstep;
  run_request request;
  request.model.name = "pi";
  request.parameters = packed_json{json{{"strips", 4'000'000}}};
  const auto stop = [=] {
    caf_compat::send(self, controller, caf::delete_atom_v, false);
    self->quit();
  };
  const auto complain = [=](const caf::error& why) {
    std::cerr << "07_embedded: " << caf::to_string(why) << '\n';
    stop();
  };
  caf_compat::request(self, controller, std::chrono::seconds{10}, std::move(request))
      .then(
          [=](const run_id run) {
            const std::int64_t wait_ms = 60'000;
            caf_compat::request(self, controller, caf::infinite, caf::get_atom_v, run, wait_ms)
                .then(
                    [=](const document& ended) {
                      std::cout << ended.value.dump() << '\n';
                      *exit_code = ended.value.at("state") == "done" ? 0 : 1;
                      stop();
                    },
                    complain);
          },
          complain);
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
