// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/control_actor.hpp"

#include <chrono>
#include <string>
#include <utility>

// Who still wants the runs of a head, and so the head itself.

namespace lockstep {

void control_actor_state::accept_run(const caller& who, const run_info& started) {
  const bool is_abandoned = claims_.accepted({who.connection, who.token}, started.run);
  note(who, {{"run", to_string(started.run)}});
  describe_run(who, started);
  if (is_abandoned)
    cancel_abandoned(started.run);
  end_if_unneeded();
}

/// Nobody waits for it any more.
void control_actor_state::cancel_abandoned(run_id run) {
  const std::string why = "its client is gone";
  audit_.write("runs.cancel", "", "", {{"run", to_string(run)}, {"why", why}});
  caf_compat::request(self_, controller_, caf::infinite, cancel_run{run, {}, why})
      .then([](const run_info&) {}, [](const caf::error&) {}); // it may be over meanwhile
}

/// A result is given only of a run that is over.
void control_actor_state::note_fetched(const history_question& given) {
  const auto* result = std::get_if<get_result>(&given);
  if (result == nullptr)
    return;
  claims_.fetched(result->run);
  end_if_unneeded();
}

/// Whatever changes who wants what comes by here. Of a head that a client started for itself: ends
/// it where that client is gone, and what others wanted of it is over.
void control_actor_state::end_if_unneeded() {
  watch_no_more_than_wanted();
  if (purpose_ != purpose::for_others)
    return;
  const auto now = run_claims::clock::now();
  if (!claims_.has_any(now)) {
    purpose_ = purpose::none;
    caf_compat::send(self_, controller_, shut_down{});
    return;
  }
  const auto change = claims_.next_change();
  if (change && change != next_look_)
    caf_compat::delayed_send(self_, control_actor{self_},
                             std::chrono::ceil<std::chrono::milliseconds>(*change - now),
                             caf::tick_atom_v);
  next_look_ = change;
}

} // namespace lockstep
