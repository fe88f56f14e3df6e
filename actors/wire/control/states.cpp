// SPDX-License-Identifier: BSD-3-Clause

#include "actors/wire/control/states.hpp"

namespace lockstep {

bool is_over(run_state state) {
  return state >= run_state::done;
}

std::string to_string(run_state state) {
  switch (state) {
  case run_state::queued:
    return "queued";
  case run_state::starting:
    return "starting";
  case run_state::running:
    return "running";
  case run_state::paused:
    return "paused";
  case run_state::cancelling:
    return "cancelling";
  case run_state::done:
    return "done";
  case run_state::failed:
    return "failed";
  case run_state::cancelled:
    break;
  }
  return "cancelled";
}

std::string to_string(node_state state) {
  switch (state) {
  case node_state::up:
    return "up";
  case node_state::draining:
    return "draining";
  case node_state::leaving:
    return "leaving";
  case node_state::gone:
    break;
  }
  return "gone";
}

} // namespace lockstep
