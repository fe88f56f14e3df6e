#pragma once

#include <cstdint>

namespace lockstep {

/// To be called when a program starts.
///
/// Lets this process have as many descriptors as the system allows it: each client takes one, and
/// so does each large payload. The usual soft limit of 1024 is for programs that use select().
///
/// A file that would grow over its limit (`ulimit -f`) is an error of who writes it, not the end of
/// the process (SIGXFSZ).
void prepare_for_limits();

/// Bytes that a file of this process may have: `ulimit -f`.
std::uint64_t file_size_limit();

} // namespace lockstep
