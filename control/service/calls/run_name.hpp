// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/error.hpp"

#include "actors/wire/ids.hpp"

#include <optional>
#include <string>

namespace lockstep {

/// Reads "r17"; none for anything else.
std::optional<run_id> parse_run(const std::string& text);

/// For what is no name of a run.
rpc_error not_a_run();

} // namespace lockstep
