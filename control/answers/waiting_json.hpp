// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/waiting_messages.hpp"

#include <lockstep/json.hpp>

namespace lockstep {

json to_json(const run_waiting& found);

} // namespace lockstep
