// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"

#include <caf/actor_system_config.hpp>

#include <chrono>

namespace lockstep {

/// CAF as Lockstep's processes run it: one scheduler thread that sleeps while there is nothing to
/// do (the default polls, which costs a core's worth with many workers and hundreds of microseconds
/// per message), no threads between socket and actor, and heartbeats that find a frozen peer.
/// Registers Lockstep's messages; call `prepare_caf` before the first system is made.
class system_configuration : public caf::actor_system_config {
public:
  /// A link to another process that brings nothing for `silence_limit` is given up, and its actors
  /// are DOWN. Heartbeats go out at least five times as often. At least 100 ms.
  explicit system_configuration(std::chrono::milliseconds silence_limit = std::chrono::seconds{10});
};

/// Registers message types with CAF, once per process. Thread-safe.
void prepare_caf();

} // namespace lockstep
