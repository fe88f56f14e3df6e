#pragma once

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

} // namespace lockstep
