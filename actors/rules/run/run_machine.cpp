// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/run/run_machine.hpp"

namespace lockstep {

namespace {

using state = run_state;
using event = run_event;

std::optional<state> after_queued(event what) {
  switch (what) {
  case event::taken:
    return state::starting;
  case event::cancel:
    return state::cancelled;
  case event::failed:
    return state::failed;
  default:
    return std::nullopt;
  }
}

std::optional<state> after_starting(event what) {
  switch (what) {
  case event::prepared:
    return state::running;
  case event::cancel:
    return state::cancelling;
  case event::failed:
    return state::failed;
  default:
    return std::nullopt;
  }
}

std::optional<state> after_running(event what) {
  switch (what) {
  case event::pause:
    return state::paused;
  case event::cancel:
    return state::cancelling;
  case event::returned:
    return state::done;
  case event::failed:
    return state::failed;
  case event::abandoned:
    return state::cancelled;
  default:
    return std::nullopt;
  }
}

std::optional<state> after_paused(event what) {
  switch (what) {
  case event::pause:
    return std::nullopt;
  case event::resume:
    return state::running;
  default:
    return after_running(what);
  }
}

std::optional<state> after_cancelling(event what) {
  switch (what) {
  // Cancelled before the plan began: prepared and failed both end it, the plan is never run.
  case event::prepared:
  case event::returned:
  case event::failed:
  case event::abandoned:
    return state::cancelled;
  default:
    return std::nullopt;
  }
}

} // namespace

std::optional<run_state> next_state(run_state now, run_event what) {
  switch (now) {
  case state::queued:
    return after_queued(what);
  case state::starting:
    return after_starting(what);
  case state::running:
    return after_running(what);
  case state::paused:
    return after_paused(what);
  case state::cancelling:
    return after_cancelling(what);
  case state::done:
  case state::failed:
  case state::cancelled:
    break;
  }
  return std::nullopt;
}

std::string no_way(run_id run, run_state now, run_event what) {
  return "run " + to_string(run) + " is " + to_string(now) + ", so it cannot be " +
         (what == event::pause    ? "paused"
          : what == event::resume ? "resumed"
                                  : "cancelled");
}

} // namespace lockstep
