// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/methods.hpp"

#include <tl/expected.hpp>

namespace lockstep {

/// Checks what a client gave to `method`, by name or by position. Gives an object by name with
/// the defaults filled in, or an invalid-params error that says which parameter is wrong, why, and
/// what to do. An optional parameter that is null counts as not given.
tl::expected<json, rpc_error> check_params(const method_spec& method, json params);

} // namespace lockstep
