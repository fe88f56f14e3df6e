#pragma once

#include <string>

namespace lockstep {

/// Writes a file that tells programs where a head listens, so that a reader sees all of it or
/// nothing. The head removes it when it ends. Throws std::system_error.
void write_connection_file(const std::string& path, const std::string& text);

} // namespace lockstep
