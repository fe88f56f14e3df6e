// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/event_watch.hpp"

namespace lockstep {

event_watch::event_watch(control_actor::pointer self, controller_actor controller)
    : self_(self), controller_(std::move(controller)) {}

void event_watch::settle() {
  if (wanted() == watched_)
    return;
  watched_ = wanted();
  if (watched_ == wish::nothing)
    caf_compat::send(self_, controller_, unwatch_events{observer()});
  else
    caf_compat::send(self_, controller_, watch_events{observer(), watched_ == wish::steps});
}

event_watch::wish event_watch::wanted() const {
  return of_subscriptions_ == wish::nothing && of_ends_ ? wish::events : of_subscriptions_;
}

observer_actor event_watch::observer() const {
  return caf::actor_cast<observer_actor>(control_actor{self_});
}

} // namespace lockstep
