#pragma once

#include <lockstep/erased_model.hpp>

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// A loaded model library. The library stays loaded until the process ends: threads, thread-local
/// destructors and exceptions in flight may still point into it, and a model once used is used
/// again.
struct library {
  std::string path;   ///< absolute
  std::string sha256; ///< of the file's bytes, 64 hexadecimal digits
  std::vector<const model*> models;
};

/// Why a library was not loaded; `why` is a sentence that says what to do.
struct refused_library {
  std::string path;
  std::string why;
};

/// Loads a shared library and checks its ABI number. One that throws, crashes or
/// hangs while it is loaded is refused, see trial_load.hpp. Thread-safe; a file that is loaded
/// already is not loaded again.
std::variant<library, refused_library> load_library(const std::string& path);

/// SHA-256 of a file as 64 hexadecimal digits; empty if it cannot be read.
std::string sha256_of_file(const std::string& path);

} // namespace lockstep
