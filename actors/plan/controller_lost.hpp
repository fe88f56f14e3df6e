// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/plan_messages.hpp"

#include <caf/error.hpp>

#include <string>
#include <utility>

namespace lockstep {

/// What a plan is answered when its call came back as an error: its controller has ended.
inline plan_answer controller_lost(std::string step, const caf::error& why) {
  plan_answer none;
  none.failed.emplace();
  none.failed->step = std::move(step);
  none.failed->type = "controller_lost";
  none.failed->text = caf::to_string(why);
  return none;
}

} // namespace lockstep
