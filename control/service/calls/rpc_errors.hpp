// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/error.hpp"

#include <caf/error.hpp>

namespace lockstep {

/// What a client is told of an error between actors.
rpc_error to_rpc_error(const caf::error& why);

} // namespace lockstep
