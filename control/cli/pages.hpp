// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/connection.hpp"

namespace lockstep {

/// All runs of a head, the oldest first. It gives them in pages.
json all_runs(connection& link);

} // namespace lockstep
