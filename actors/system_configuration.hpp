#pragma once

#include "actors/wire/handles.hpp"

#include <caf/actor_system_config.hpp>

namespace lockstep {

/// CAF as Lockstep's processes run it: one scheduler thread that sleeps while there is nothing to
/// do (the default polls, which costs a core's worth with many workers and hundreds of microseconds
/// per message), no threads between socket and actor, and heartbeats that find a frozen peer.
/// Registers Lockstep's messages; call `prepare_caf` before the first system is made.
class system_configuration : public caf::actor_system_config {
public:
  system_configuration();
};

/// Registers message types with CAF, once per process. Thread-safe.
void prepare_caf();

} // namespace lockstep
