#pragma once

#include <lockstep/erased_model.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  bool is_passing = false; ///< it says nothing of the file: the process lacked something just then
};

using loaded_or_refused = std::variant<library, refused_library>;

/// Loads a shared library and checks its ABI number. One that throws, crashes or hangs while it is
/// loaded is refused, see trial_load.hpp; that may take 10 s. Thread-safe; one library is tried at
/// a time, and others that are loaded already are given meanwhile.
///
/// What became of a file is remembered, refusals too, until the file changes (where the process
/// lacked something, for a second). A file that has
/// changed is loaded anew from a private copy, beside the build that was loaded before; where that
/// cannot be, it is refused with both hashes.
loaded_or_refused load_library(const std::string& path);

/// What load_library() gives where it need not load or try anything; none where it must. Quick.
std::optional<loaded_or_refused> remembered_library(const std::string& path);

/// The build with this hash: the one that was loaded already, whatever has become of the file
/// since, or else the file at `path`. A file with another hash is not loaded, and refused with
/// both.
loaded_or_refused load_build(const std::string& path, const std::string& sha256);

} // namespace lockstep
