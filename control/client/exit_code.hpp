// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <stdexcept>
#include <string>

namespace lockstep {

/// How `control` ends.
namespace exit_code {
inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;
inline constexpr int cannot_connect = 3;
inline constexpr int time_limit = 124;
inline constexpr int interrupted = 130;
} // namespace exit_code

/// The command ends here with a code of its own; the text says why.
class command_ended : public std::runtime_error {
public:
  command_ended(int with, const std::string& why) : std::runtime_error(why), code(with) {}
  int code;
};

} // namespace lockstep
