// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"
#include "control/client/connection.hpp"

namespace lockstep {

/// Connects to the head that the options name. Where they name none: to the first that answers of
/// those in the user's register, and then of the usual port. A plain connection is for a head of
/// the user's own only (or root's, where it was named). Throws cannot_connect, no_answer,
/// head_full and usage_error.
connection connect_to_head(const client_options& options);

} // namespace lockstep
