// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/audit_log.hpp"
#include "control/service/calls/control_handle.hpp"
#include "control/service/calls/event_watch.hpp"
#include "control/service/calls/run_claims.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep {

/// Why a head is there: who still wants its runs, and so the head itself. Cancels runs whose client
/// is gone, and ends a head that a client started for itself where that client is gone and what
/// others wanted of it is over.
///
/// A member of the control actor's state, for its thread. Whatever changes who wants what comes by
/// here.
class head_purpose {
public:
  /// `audit` and `watch` must outlive it.
  head_purpose(control_actor::pointer self, controller_actor controller, audit_log& audit,
               event_watch& watch, bool until_unneeded);
  head_purpose(const head_purpose&) = delete;
  head_purpose& operator=(const head_purpose&) = delete;

  /// Asks the controller for the ends of runs where they count from the beginning.
  void begin();

  /// A client asks for a run, and whether it waits for it. Then comes accepted() or refused().
  void asked(run_claims::call by, bool waits);

  /// True where its client is gone meanwhile: cancel_abandoned() is to follow, and look_again() in
  /// either case.
  [[nodiscard]] bool accepted(run_claims::call by, run_id run);
  void refused(run_claims::call by);

  void over(run_id run);
  void fetched(run_id run); ///< its result
  void closed(std::uint64_t connection);

  /// The client that started the head is gone. Gives the runs that others still want.
  [[nodiscard]] std::vector<run_id> leave();

  /// Nobody waits for it any more.
  void cancel_abandoned(run_id run);

  void look_again();

private:
  /// What ends once unneeded is there for its starter first.
  enum class purpose : std::uint8_t { stays, for_starter, for_others, none };

  void watch_ends_of_runs();

  control_actor::pointer self_;
  controller_actor controller_;
  audit_log& audit_;
  event_watch& watch_;
  run_claims claims_; ///< of all runs where the head ends once unneeded, else of those waited for
  purpose purpose_;
  std::optional<run_claims::clock::time_point> next_look_;
};

} // namespace lockstep
