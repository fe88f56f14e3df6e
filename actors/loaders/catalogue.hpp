#pragma once

#include "actors/loaders/library.hpp"
#include "actors/wire/messages.hpp"

#include <string>
#include <variant>
#include <vector>

namespace lockstep {

/// A model that can be run, and where it came from.
struct known_model {
  const model* entry = nullptr;
  model_reference reference;
};

/// What the catalogue found: models by name, and libraries that were refused.
struct catalogue_contents {
  std::vector<known_model> models;
  std::vector<refused_library> refused;
};

/// The models that this program holds itself.
std::vector<known_model> compiled_models();

/// All models: compiled in first, then each `*.so` in the folders of `search_path` (separated by
/// ':', as in LOCKSTEP_PATH), in order of folder and file name; the first of a name wins.
catalogue_contents list_models(const std::string& search_path);

/// Finds a model by name as above, or, where `name` holds a '/', the first model of that library.
/// A library that is named like the model (`NAME.so` or `libNAME.so`) is looked at before all
/// others, so that a run need not load every library there is. The error is a sentence.
std::variant<known_model, refused_library> find_model(const std::string& name,
                                                      const std::string& search_path);

/// Finds exactly the build that `wanted` names: the same file content by SHA-256.
std::variant<known_model, refused_library> find_model(const model_reference& wanted);

/// The folders of LOCKSTEP_PATH, and those that belong to the program at `program`: `models` beside
/// it and `../lib/lockstep/models`.
std::string default_search_path(const std::string& program);

} // namespace lockstep
