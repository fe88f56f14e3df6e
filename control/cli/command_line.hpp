// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/options/serve_options.hpp"

#include <functional>

namespace lockstep {

/// The whole command line of `control`. `serve` is what `control serve` does.
/// Prints to stdout and stderr; gives the exit code.
int run_command_line(int argc, char** argv, const std::function<int(const serve_options&)>& serve);

} // namespace lockstep
