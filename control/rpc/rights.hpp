// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/methods.hpp"

#include <optional>

namespace lockstep {

/// Who is at the other end of a connection.
struct caller_rights {
  access_role role = access_role::none;
  bool is_own_user = false; ///< on the head's machine, the user who runs the head, or root
};

/// What of a call names files and folders that the head then reads and loads, and so reaches
/// further than its method: these params, by name. Empty where there is none. `params` may be as
/// they came, by name or by position; what is no text names no file.
json params_that_name_files(const method_spec& method, const json& params);

/// Why the role does not allow the method at all; none if it does.
std::optional<rpc_error> refusal_of_method(const method_spec& method, const caller_rights& caller);

/// Why the caller may not give these params; none if he may. They may be as they came, too.
std::optional<rpc_error> refusal_of_params(const method_spec& method, const json& params,
                                           const caller_rights& caller);

} // namespace lockstep
