// SPDX-License-Identifier: BSD-3-Clause

#include "actors/embedded/embedded.hpp"
#include "actors/system/system_configuration.hpp"

#include <lockstep/model.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/scoped_actor.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>

// An outside CAF program: it has message types and an actor of its own, and asks for a run from a
// blocking thread. Prints the run's result and what its own actor says of it.

namespace outside {

struct decision {
  bool right = false;
};

template <class Inspector>
bool inspect(Inspector& f, decision& x) {
  return f.object(x).fields(f.field("right", x.right));
}

} // namespace outside

// Behind Lockstep's, so that both can be in one program.
CAF_BEGIN_TYPE_ID_BLOCK(outside, caf::id_block::lockstep::end)
CAF_ADD_TYPE_ID(outside, (outside::decision))
CAF_END_TYPE_ID_BLOCK(outside)

namespace outside {

struct counter {
  explicit counter(const lockstep::seat& seat) : index(seat.index), count(seat.count) {}

  /// This solver's share of 1 + 2 + … + last.
  std::uint64_t share(std::uint64_t last) const {
    std::uint64_t sum = 0;
    for (std::uint64_t i = index + 1; i <= last; i += count)
      sum += i;
    return sum;
  }

  std::size_t index;
  std::size_t count;
};

lockstep::json plan(lockstep::team<counter>& team) {
  const std::uint64_t last = team.params().at("last");
  return {{"sum", team.reduce<&counter::share>(lockstep::sum, last)}};
}

caf::behavior authorize() {
  return {[](std::uint64_t sum) { return decision{sum == 500'500}; }};
}

} // namespace outside

LOCKSTEP_MODEL("sum", outside::counter, outside::plan, "1 + 2 + … + last",
               lockstep::integer("last", 1'000, "the last number").between(1, 1e6))

int main() {
  using namespace lockstep;
  prepare_caf();
  caf::init_global_meta_objects<caf::id_block::outside>();
  caf::actor_system_config configuration;
  caf::actor_system system{configuration};
  caf::scoped_actor self{system};
  const auto controller = spawn_embedded(system, 2);
  const auto authorize = system.spawn(outside::authorize);
  const auto complain = [](const caf::error& why) { std::cerr << caf::to_string(why) << '\n'; };

  run_info run;
  ask(self.ptr(), controller,
      start_run{.model = {"sum"}, .parameters = packed_json{json{{"last", 1'000}}}})
      .receive([&](const run_info& queued) { run = queued; }, complain);
  run_result ended;
  ask(self.ptr(), controller, get_result{run.run, std::chrono::minutes{1}})
      .receive([&](const run_result& result) { ended = result; }, complain);

  bool right = false;
  if (ended.state == run_state::done) {
    const auto total = ended.result.value().at("sum").get<std::uint64_t>();
    std::cout << to_string(ended.run) << " is done: " << total << '\n';
    ask(self.ptr(), authorize, total)
        .receive([&](const outside::decision& said) { right = said.right; }, complain);
  }
  ask(self.ptr(), controller, shut_down{}).receive([] {}, complain);
  return right ? 0 : 1;
}
