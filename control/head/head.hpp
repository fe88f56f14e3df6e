// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/options/serve_options.hpp"

namespace lockstep {

/// The head: runs until it is terminated by a call or a signal. Gives the exit code; does not
/// return where it can end the process itself, because a plan may still be computing.
int serve(const serve_options& options);

} // namespace lockstep
