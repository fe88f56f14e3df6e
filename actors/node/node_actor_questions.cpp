// SPDX-License-Identifier: BSD-3-Clause

#include "actors/node/node_actor.hpp"

#include "platform/process/machine_load.hpp"

#include <chrono>
#include <memory>
#include <utility>

// What a node answers to people's questions.

namespace lockstep {

solver_status node_actor_state::seen_from_here(std::uint32_t slot) const {
  const auto its = engine_.seen(slot);
  solver_status seen;
  seen.slot = slot;
  seen.pid = its.pid;
  seen.state = its.is_usable ? solver_state::dead : solver_state::starting;
  seen.restarts = its.restarts;
  seen.core = description_.slot_cores[slot];
  return seen;
}

caf::result<std::vector<solver_status>> node_actor_state::status(std::chrono::milliseconds wait) {
  struct collection {
    std::vector<solver_status> answers;
    std::size_t missing = 0;
    caf::typed_response_promise<std::vector<solver_status>> promise;
    void settle() {
      if (missing == 0)
        promise.deliver(std::move(answers));
    }
  };
  auto all = std::make_shared<collection>();
  all->promise = self_->make_response_promise<std::vector<solver_status>>();
  const auto slots = static_cast<std::uint32_t>(description_.slot_cores.size());
  for (std::uint32_t i = 0; i < slots; ++i)
    all->answers.push_back(seen_from_here(i));
  for (std::uint32_t i = 0; i < slots; ++i) {
    auto* channel = channel_of({i, all->answers[i].pid});
    if (channel == nullptr || !engine_.seen(i).is_usable)
      continue;
    ++all->missing;
    channel->ask_status(wait, [this, all, i](std::optional<solver_status> answer) {
      if (answer) {
        answer->restarts = engine_.seen(answer->slot).restarts;
        answer->core = description_.slot_cores[answer->slot];
        all->answers[i] = std::move(*answer);
      }
      --all->missing;
      all->settle();
    });
  }
  auto promise = all->promise;
  all->settle();
  return promise;
}

caf::result<output_tail> node_actor_state::output(const read_worker_output& wanted) const {
  if (wanted.slot.value >= description_.slot_cores.size())
    return caf::make_error(errc::no_such_solver);
  return workers_->output(wanted.slot, wanted.bytes);
}

node_heartbeat node_actor_state::heartbeat() {
  const auto now = load_of_this_machine();
  return {now.load, now.memory_bytes, now.memory_available_bytes, now.processors,
          std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds{1}};
}

} // namespace lockstep
