// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/control/system_messages.hpp"

#include <lockstep/json.hpp>

#include <vector>

namespace lockstep {

json to_json(const node_info& node);
json to_json(const std::vector<node_info>& nodes);
json to_json(const solver_info& solver);
json to_json(const std::vector<solver_info>& solvers);
json to_json(const solver_output& log);
json to_json(const system_info& system);

} // namespace lockstep
