// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/control_handle.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace lockstep {

/// What the controller is asked to tell a control actor: no more than somebody wants, because the
/// events of steps cost the thread that carries them.
///
/// A member of the control actor's state, for its thread.
class event_watch {
public:
  enum class wish : std::uint8_t { nothing, events, steps };

  event_watch(control_actor::pointer self, controller_actor controller);
  event_watch(const event_watch&) = delete;
  event_watch& operator=(const event_watch&) = delete;

  /// Notes what all subscriptions together want. settle() makes it so, as for what follows.
  void for_subscriptions(wish wanted) { of_subscriptions_ = wanted; }

  /// Notes whether the ends of runs are wanted, whatever is subscribed to.
  void for_ends_of_runs(bool wanted) { of_ends_ = wanted; }

  /// Tells the controller where what is wanted is not what it was last asked for.
  void settle();

  /// Tells the controller in any case that something is wanted. Calls `done` once events do come.
  template <class Done, class Refused>
  void renew(Done done, Refused refused) {
    watched_ = wanted();
    caf_compat::request(self_, controller_, answer_max,
                        watch_events{observer(), watched_ == wish::steps})
        .then(std::move(done), std::move(refused));
  }

private:
  static constexpr std::chrono::milliseconds answer_max{10'000};

  [[nodiscard]] wish wanted() const;
  [[nodiscard]] observer_actor observer() const;

  control_actor::pointer self_;
  controller_actor controller_;
  wish of_subscriptions_ = wish::nothing;
  bool of_ends_ = false;
  wish watched_ = wish::nothing; ///< what the controller was last asked to tell
};

} // namespace lockstep
