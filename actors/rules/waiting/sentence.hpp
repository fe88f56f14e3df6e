// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/waiting/waiting_facts.hpp"
#include "actors/wire/control/waiting_messages.hpp"

#include <string>

namespace lockstep {

/// Why a run does not get on, for people. `found` has all but its sentence.
std::string sentence_of(const waiting_facts& facts, const run_waiting& found);

} // namespace lockstep
