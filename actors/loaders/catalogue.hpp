// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/loaders/library.hpp"
#include "actors/wire/model_reference.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// A model that can be run, and where it came from.
struct known_model {
  const model* entry = nullptr;
  model_reference reference;
};

/// A model whose name was taken already by one that comes first.
struct hidden_model {
  model_reference reference;
  std::string by; ///< the library of the first; empty: it is compiled in
};

/// What the catalogue found: models by name, those whose name comes a second time, and libraries
/// that were refused.
struct catalogue_contents {
  std::vector<known_model> models;
  std::vector<hidden_model> hidden;
  std::vector<refused_library> refused;
};

using known_or_refused = tl::expected<known_model, refused_library>;

/// The models that this program holds itself.
std::vector<known_model> compiled_models();

/// All models: compiled in first, then each `*.so` in the folders of `search_path` (separated by
/// ':', as in LOCKSTEP_PATH), in order of folder and file name; the first of a name wins, within a
/// folder the one whose library is named like it (`NAME.so` or `libNAME.so`).
catalogue_contents list_models(const std::string& search_path);

/// Finds a model by name as above, or, where `name` holds a '/', the first model of that library.
/// In each folder a library that is named like the model is looked at before all others, so that a
/// run need not load every library there is. The error is a sentence.
known_or_refused find_model(const std::string& name, const std::string& search_path);

/// Whether what may be missing has just been tried, so that any refusal of it counts.
enum class asked : unsigned char { first, after_trial };

/// The same, and quick: none where a library has to be tried or loaded for it.
std::optional<catalogue_contents> recall_models(const std::string& search_path,
                                                asked when = asked::first);
std::optional<known_or_refused>
recall_model(const std::string& name, const std::string& search_path, asked when = asked::first);

/// Finds exactly the build that `wanted` names: the same file content by SHA-256.
known_or_refused find_model(const model_reference& wanted);

/// The folders of LOCKSTEP_PATH, and those that belong to the program at `program`: `models` beside
/// it and `../lib/lockstep/models`.
std::string default_search_path(const std::string& program);

} // namespace lockstep
