// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace lockstep {

/// Adds a command below another: name, what it does, an example, what it runs. The action of a
/// group of commands is never run.
using command_adder = std::function<CLI::App*(CLI::App&, const std::string&, const std::string&,
                                              const std::string&, std::function<int()>)>;

} // namespace lockstep
