// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/caf_compat.hpp"

#include <caf/io/middleman.hpp>
#include <caf/io/network/multiplexer.hpp>

namespace lockstep {

/// An event-based actor that runs on the thread of CAF's network layer instead of the scheduler's.
///
/// Why: a step crosses head, node and worker and comes back; each hop from the network thread to a
/// scheduler thread and back costs two wake-ups of a sleeping thread, which is most of the price of
/// an empty step. On the network thread an actor meets a message where it arrived and hands the
/// next one to the socket without waking anybody. The price is the rule that such an actor must
/// never compute or block. CAF's own brokers live by the same rule and by the same three overrides.
///
/// `Base` is a typed_actor's `base`, so the same state class runs on a plain base in tests under
/// CAF's deterministic scheduler.
template <class Base>
class io_thread_actor : public Base {
public:
  using super = Base;

  explicit io_thread_actor(caf::actor_config& config) : super(config) {}

  caf_compat::subtype_t subtype() const LOCKSTEP_CAF_SUBTYPE_NOEXCEPT override {
    return caf::resumable::io_actor;
  }

  bool enqueue(caf::mailbox_element_ptr element, caf_compat::execution_context*) override {
    return super::enqueue(std::move(element), network_thread());
  }

  void launch(caf_compat::execution_context*, bool lazy, bool hide) override {
    super::launch(network_thread(), lazy, hide);
  }

private:
  caf_compat::execution_context* network_thread() { return &this->system().middleman().backend(); }
};

/// Spawns an actor with this state on the network thread: `spawn_on_io_thread<worker_proxy,
/// worker_proxy_state>(system, …)`.
template <class Handle, class State, class... Args>
Handle spawn_on_io_thread(caf::actor_system& system, Args&&... args) {
  using implementation = caf::stateful_actor<State, io_thread_actor<typename Handle::base>>;
  return system.spawn<implementation>(std::forward<Args>(args)...);
}

} // namespace lockstep
