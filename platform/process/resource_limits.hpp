// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lockstep {

/// To be called when a program starts.
///
/// Lets this process have as many descriptors as the system allows it: each client takes one, and
/// so does each large payload. The usual soft limit of 1024 is for programs that use select().
///
/// A file that would grow over its limit (`ulimit -f`) is an error of who writes it, not the end of
/// the process (SIGXFSZ).
void prepare_for_limits();

/// Descriptors that this process may have: `ulimit -n`.
std::uint64_t descriptor_limit();

/// What to say where this process may not have so many descriptors: "This process may have 20 files
/// and sockets at once, and a head needs at least 28: raise `ulimit -n`". None where it may.
std::optional<std::string> lacks_descriptors(std::uint64_t needed, const std::string& what);

/// Of a node: its own; each worker's link, process and output, while the one that follows it is
/// prepared too; and a log file for each.
constexpr std::uint64_t descriptors_of_node(std::uint64_t solvers, bool with_log_files) {
  constexpr std::uint64_t own = 26;
  constexpr std::uint64_t of_solver = 6;
  return own + solvers * (of_solver + (with_log_files ? 1 : 0));
}

/// Bytes that a file of this process may have: `ulimit -f`.
std::uint64_t file_size_limit();

} // namespace lockstep
