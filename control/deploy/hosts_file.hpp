// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// A machine that `control up` starts a node on.
struct host_line {
  std::string target;                    ///< [user@]host, as ssh takes it
  std::vector<std::string> node_options; ///< for the node there
  std::size_t line = 0;                  ///< where it stands in the file
};

namespace hosts_limits {
inline constexpr std::size_t file_bytes = std::size_t{1} << 20U;
inline constexpr std::size_t hosts = 1'000;
inline constexpr std::size_t words_of_host = 32;
inline constexpr std::size_t word_bytes = 255;
} // namespace hosts_limits

/// Reads a hosts file: each line is `[user@]host [options for node]`; '#' begins a comment.
/// Names and options hold only characters that mean nothing to a shell. Throws usage_error, which
/// names the line.
std::vector<host_line> read_hosts_file(const std::string& path);

/// The same from the file's text; `name` is what errors call it.
std::vector<host_line> parse_hosts(std::string_view text, const std::string& name);

} // namespace lockstep
