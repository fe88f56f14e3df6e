// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/event_messages.hpp"

#include <string>
#include <string_view>

namespace lockstep {

/// The word by which people and programs ask for events of this kind: "progress", …
std::string_view kind_of(const event& happened);

/// Whether there may be thousands of it a second: those of single steps.
bool is_of_a_step(std::string_view kind);

/// JSON text of an event: an object with its kind, its run and its members.
std::string to_text(const event& happened);

} // namespace lockstep
