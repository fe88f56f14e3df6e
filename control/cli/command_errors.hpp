// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"

#include <functional>
#include <string>

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace lockstep {

/// Runs a command. What it throws is told on standard error, and with --json as one object on
/// standard output too. Gives the exit code.
int reported(const client_options& options, const std::function<int()>& action);

/// Tells what the parser stumbled over, in the same way.
int report_misspelt(const client_options& options, const CLI::App& app,
                    const CLI::ParseError& stop);

/// The command that was named, or the group of commands that none was named of.
const CLI::App* named_command(const CLI::App& app);

} // namespace lockstep
