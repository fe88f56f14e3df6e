// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"
#include "control/deploy/up_options.hpp"

namespace lockstep {

/// Starts a node on every machine of the hosts file over ssh and waits until the head lists them.
/// A line for each machine as it gets on goes to stderr, the outcome to stdout. 0 only if all are
/// up. Machines that failed are left as they were; an interrupt fails those that are not up yet.
int bring_up(const client_options& options, const up_options& up);

/// Ends the nodes that bring_up started. 0 if none of them is left.
int take_down(const client_options& options, const up_options& up);

} // namespace lockstep
