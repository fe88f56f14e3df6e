// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/connection.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace lockstep {

/// All runs of a head, the oldest first. It gives them in pages.
json all_runs(connection& link);

/// Calls `use` for the finished steps of a run, as far as they are kept, up to the one of this
/// number.
void each_step(connection& link, const std::string& run, std::uint64_t last,
               const std::function<void(const json&)>& use);

} // namespace lockstep
