// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"

#include <caf/actor_system_config.hpp>

#include <chrono>

namespace lockstep {

/// CAF as Lockstep's processes run it: one scheduler thread that sleeps while there is nothing to
/// do (the default polls, which costs a core's worth with many workers and hundreds of microseconds
/// per message), no threads between socket and actor, and heartbeats that find a frozen peer. Loads
/// CAF's middleman; call `prepare_caf` before the first one is made. A program that embeds Lockstep
/// may take its own configuration instead.
class system_configuration : public caf::actor_system_config {
public:
  /// A link to another process that brings nothing for `silence_limit` is given up, and its actors
  /// are DOWN. Heartbeats go out at least five times as often, and each second at least. Less than
  /// 100 ms is taken for 100 ms.
  explicit system_configuration(std::chrono::milliseconds silence_limit = std::chrono::seconds{10});
};

/// Registers the message types of Lockstep and of CAF with CAF, once per process; further calls do
/// nothing. To be called before the first actor system is made. Thread-safe.
void prepare_caf();

} // namespace lockstep
