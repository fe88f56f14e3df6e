// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/turns.hpp"

#include <caf/scheduled_actor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace lockstep {

/// Calls whose answers take long, worked on one at a time. Connections take turns, and between two
/// answers there is a rest.
///
/// A member of the control actor's state, for its thread. It must live as long as the actor: a rest
/// ends in it.
class lane {
public:
  /// Both must outlive it.
  lane(caf::scheduled_actor* self, const call_answers& answers);
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;

  /// Calls `work` in its turn. When that is done, which may be later, it calls end_turn().
  void await_turn(const caller& who, std::function<void()> work);

  void end_turn();

  /// What came before in this turn was another's work, and needs no rest.
  void count_from_now();

  void drop(std::uint64_t connection);

private:
  void take_turn();

  caf::scheduled_actor* self_;
  const call_answers& answers_;
  turns<std::function<void()>> waiting_;
  bool is_taken_ = false;
  std::chrono::steady_clock::time_point begun_; ///< what is worked on
};

} // namespace lockstep
