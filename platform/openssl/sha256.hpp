#pragma once

#include <string>
#include <string_view>

namespace lockstep {

/// SHA-256 of a file as 64 hexadecimal digits; empty if it cannot be read.
std::string sha256_of_file(const std::string& path);

/// The same of these bytes.
std::string sha256_of(std::string_view bytes);

} // namespace lockstep
