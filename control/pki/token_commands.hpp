// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"
#include "control/terminal/command_group.hpp"

namespace lockstep {

/// `control token …`: who may join, and who may use the control port. It works on the authority's
/// folder; no head is asked, and one that runs heeds it at once. `client` must live as long as the
/// command line.
void add_token_commands(CLI::App& app, const client_options& client, const command_adder& add);

} // namespace lockstep
