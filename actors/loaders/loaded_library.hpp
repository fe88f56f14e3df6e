#pragma once

#include <lockstep/erased_model.hpp>

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
  /// It says little of the file: another library, a file, a descriptor or time may have been
  /// missing just then.
  bool is_passing = false;
};

using loaded_or_refused = std::variant<library, refused_library>;

} // namespace lockstep
