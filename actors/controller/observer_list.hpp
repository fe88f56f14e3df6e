// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace lockstep {

/// Who watches a controller, and what of it. Part of that actor, for its thread only.
class observer_list {
public:
  /// `watch` is the actor's one, through which the end of an observer is told.
  observer_list(controller_actor::pointer self, caf_compat::down_watch& watch)
      : self_(self), watch_(watch) {}

  void subscribe(const observer_actor& observer, bool with_steps);

  /// It stays known: CAF would keep one more watch for each time that it comes back.
  void unsubscribe(const observer_actor& observer);

  [[nodiscard]] bool is_watched() const;
  /// Single steps are.
  [[nodiscard]] bool are_steps_watched() const;

  /// Of a run; of none where its number is 0.
  void tell(run_id run, event::kinds what);

private:
  enum class wish : std::uint8_t { nothing, events, steps };

  controller_actor::pointer self_;
  caf_compat::down_watch& watch_;
  std::vector<std::pair<observer_actor, wish>> observers_; ///< until their end
};

} // namespace lockstep
