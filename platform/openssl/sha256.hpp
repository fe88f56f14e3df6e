// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace lockstep {

/// Two digits for each byte, lower case.
std::string in_hexadecimal(std::span<const unsigned char> bytes);

/// Whether these are so many of such digits.
bool is_hexadecimal(std::string_view text, std::size_t digits);

inline constexpr std::size_t sha256_digits = 64;

/// SHA-256 of these bytes, in hexadecimal. Throws pki_failure where OpenSSL has none.
std::string sha256_of(std::string_view bytes);

/// The same of a file; empty if it cannot be read.
std::string sha256_of_file(const std::string& path);

} // namespace lockstep
