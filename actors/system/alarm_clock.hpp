// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/deadlines.hpp"

#include <caf/disposable.hpp>
#include <caf/scheduled_actor.hpp>

#include <functional>
#include <utility>

namespace lockstep {

/// One timer of an actor for everything that it has a deadline for. A delayed message for each
/// would stay in CAF's table until its time, and CAF 0.18 sorts that table anew for each one.
///
/// A member of the actor's state, for its own thread.
template <class Key>
class alarm_clock {
public:
  /// `ring` is called with what is due.
  alarm_clock(caf::scheduled_actor* self, std::function<void(const Key&)> ring)
      : self_(self), ring_(std::move(ring)) {}
  ~alarm_clock() { timer_.dispose(); }
  alarm_clock(const alarm_clock&) = delete;
  alarm_clock& operator=(const alarm_clock&) = delete;

  [[nodiscard]] due_time now() const { return self_->clock().now(); }

  /// In place of what was set for it before.
  void set(const Key& what, due_time when) {
    deadlines_.set(what, when);
    set_timer();
  }
  void set(const Key& what, std::chrono::milliseconds limit) {
    set(what, deadline_after(now(), limit));
  }

  void remove(const Key& what) { deadlines_.remove(what); }

  /// Lets go of the timer where nothing is due: now and then, because a new one has its price.
  void rest() {
    if (deadlines_.rests())
      timer_.dispose();
  }

private:
  void set_timer() {
    const auto when = deadlines_.timer();
    if (!when)
      return;
    timer_.dispose();
    timer_ = self_->run_scheduled(*when, [this] { rang(); });
  }

  void rang() {
    deadlines_.rang();
    while (const auto what = deadlines_.take_due(now()))
      ring_(*what);
    set_timer();
  }

  caf::scheduled_actor* self_;
  std::function<void(const Key&)> ring_;
  deadlines<Key> deadlines_;
  caf::disposable timer_;
};

} // namespace lockstep
