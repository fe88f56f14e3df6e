// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <string_view>

namespace lockstep {

/// The OpenRPC 1.2.6 document of all methods, made from the table in methods.hpp. An alias stands
/// in it as a method of its own. `version` is Lockstep's.
json open_rpc_document(std::string_view version);

} // namespace lockstep
