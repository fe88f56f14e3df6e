// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/erased_model.hpp>

#include <tl/expected.hpp>

#include <string>
#include <utility>
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

using loaded_or_refused = tl::expected<library, refused_library>;

/// A refusal, for functions that give something else or one.
inline tl::unexpected<refused_library> refuse_library(std::string path, std::string why,
                                                      bool is_passing = false) {
  return tl::unexpected(refused_library{std::move(path), std::move(why), is_passing});
}

} // namespace lockstep
