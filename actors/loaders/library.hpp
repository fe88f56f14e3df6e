// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/loaders/loaded_library.hpp"

#include <optional>
#include <string>

namespace lockstep {

/// Loads a shared library and checks its ABI number. One that throws, crashes or hangs while it is
/// loaded is refused, see trial_load.hpp; that may take 10 s. Thread-safe; one library is tried at
/// a time, and others that are loaded already are given meanwhile.
///
/// What became of a file is remembered, refusals too, until the file changes; where something else
/// may have been missing (refused_library::is_passing), for 10 s. A file that has changed is loaded
/// anew from a private copy, beside the build that was loaded before; where that cannot be, it is
/// refused with both hashes.
loaded_or_refused load_library(const std::string& path);

/// What load_library() gives where it need not load or try anything; none where it must. Quick.
std::optional<loaded_or_refused> remembered_library(const std::string& path);

/// The same right after a trial: what is passing counts too, however long others took since.
std::optional<loaded_or_refused> last_decision_on(const std::string& path);

/// The build with this hash: the one that was loaded already, whatever has become of the file
/// since, or else the file at `path`. A file with another hash is not loaded, and refused with
/// both.
loaded_or_refused load_build(const std::string& path, const std::string& sha256);

} // namespace lockstep
