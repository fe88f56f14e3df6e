// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace traffic_assignment {

/// The largest file that is read, in bytes once unpacked: 4 GiB.
inline constexpr std::size_t file_bytes_max = std::size_t{4} << 30U;

/// The whole content of a file. One packed by gzip is unpacked, whatever its name. Throws
/// std::runtime_error "FILE: reason", also where there are more than `bytes_max` bytes.
[[nodiscard]] std::string read_text_file(const std::filesystem::path& file,
                                         std::size_t bytes_max = file_bytes_max);

/// Writes a file whole or not at all: into a new file in the same folder, which then takes the
/// name. Replaces a file, but nothing else. Throws std::runtime_error "FILE: reason".
void write_text_file(const std::filesystem::path& file, std::string_view text);

/// Throws what write_text_file would throw now; leaves no trace.
void check_can_write(const std::filesystem::path& file);

} // namespace traffic_assignment
