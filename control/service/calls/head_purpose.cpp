// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/calls/head_purpose.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace lockstep {

head_purpose::head_purpose(control_actor::pointer self, controller_actor controller,
                           audit_log& audit, event_watch& watch, bool until_unneeded)
    : self_(self), controller_(std::move(controller)), audit_(audit), watch_(watch),
      purpose_(until_unneeded ? purpose::for_starter : purpose::stays) {}

void head_purpose::begin() {
  watch_ends_of_runs();
}

void head_purpose::asked(run_claims::call by, bool waits) {
  if (!waits && purpose_ == purpose::stays)
    return;
  claims_.asked(by, waits);
  watch_ends_of_runs();
}

bool head_purpose::accepted(run_claims::call by, run_id run) {
  return claims_.accepted(by, run);
}

void head_purpose::refused(run_claims::call by) {
  claims_.refused(by);
  look_again();
}

void head_purpose::over(run_id run) {
  claims_.over(run, run_claims::clock::now());
  look_again();
}

void head_purpose::fetched(run_id run) {
  claims_.fetched(run);
  look_again();
}

void head_purpose::closed(std::uint64_t connection) {
  for (const auto run : claims_.closed(connection))
    cancel_abandoned(run);
  look_again();
}

std::vector<run_id> head_purpose::leave() {
  if (purpose_ == purpose::for_starter)
    purpose_ = purpose::for_others;
  look_again();
  return claims_.wanted();
}

void head_purpose::cancel_abandoned(run_id run) {
  const std::string why = "its client is gone";
  audit_.write("runs.cancel", "", "", {{"run", to_string(run)}, {"why", why}});
  caf_compat::request(self_, controller_, caf::infinite, cancel_run{run, {}, why})
      .then([](const run_info&) {}, [](const caf::error&) {}); // it may be over meanwhile
}

void head_purpose::look_again() {
  watch_ends_of_runs();
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
                             check_purpose{});
  next_look_ = change;
}

void head_purpose::watch_ends_of_runs() {
  watch_.for_ends_of_runs(purpose_ != purpose::stays || claims_.has_any(run_claims::clock::now()));
  watch_.settle();
}

} // namespace lockstep
