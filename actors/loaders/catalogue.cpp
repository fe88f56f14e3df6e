#include "actors/loaders/catalogue.hpp"

#include <lockstep/registration.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> folders_of(const std::string& search_path) {
  std::vector<std::string> folders;
  std::istringstream parts{search_path};
  for (std::string folder; std::getline(parts, folder, ':');)
    if (!folder.empty())
      folders.push_back(folder);
  return folders;
}

std::vector<std::string> libraries_in(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{folder, ignored})
    if (entry.path().extension() == ".so" && entry.is_regular_file(ignored))
      paths.push_back(entry.path().string());
  std::ranges::sort(paths);
  return paths;
}

known_model reference_to(const model* entry, const library& from) {
  return {entry, {entry->name(), from.path, from.sha256}};
}

std::variant<known_model, refused_library> model_in(const std::string& path,
                                                    const std::string& name) {
  auto loaded = load_library(path);
  if (auto* refused = std::get_if<refused_library>(&loaded))
    return std::move(*refused);
  const auto& from = std::get<library>(loaded);
  for (const auto* entry : from.models)
    if (name.empty() || entry->name() == name)
      return reference_to(entry, from);
  return refused_library{path, "holds no model named '" + name + "'"};
}

} // namespace

std::vector<known_model> compiled_models() {
  std::vector<known_model> models;
  for (const auto* entry : detail::registered_models())
    models.push_back({entry, {entry->name(), {}, {}}});
  return models;
}

catalogue_contents list_models(const std::string& search_path) {
  catalogue_contents found{compiled_models(), {}};
  const auto add = [&found](const known_model& next) {
    const auto same = [&](const known_model& x) { return x.reference.name == next.reference.name; };
    if (std::ranges::none_of(found.models, same))
      found.models.push_back(next);
  };
  for (const auto& folder : folders_of(search_path))
    for (const auto& path : libraries_in(folder)) {
      auto loaded = load_library(path);
      if (auto* refused = std::get_if<refused_library>(&loaded))
        found.refused.push_back(std::move(*refused));
      else
        for (const auto* entry : std::get<library>(loaded).models)
          add(reference_to(entry, std::get<library>(loaded)));
    }
  return found;
}

std::variant<known_model, refused_library> find_model(const std::string& name,
                                                      const std::string& search_path) {
  if (name.find('/') != std::string::npos)
    return model_in(name, {});
  for (const auto& compiled : compiled_models())
    if (compiled.reference.name == name)
      return compiled;
  for (const auto& folder : folders_of(search_path))
    for (const auto& file : {name + ".so", "lib" + name + ".so"})
      if (std::error_code ignored; fs::exists(fs::path{folder} / file, ignored))
        return model_in((fs::path{folder} / file).string(), name);
  const auto all = list_models(search_path);
  std::string names;
  for (const auto& entry : all.models) {
    if (entry.reference.name == name)
      return entry;
    names += (names.empty() ? "" : ", ") + entry.reference.name;
  }
  return refused_library{name,
                         "there is no model of this name" +
                             (names.empty() ? "; set LOCKSTEP_PATH to the folder of its library"
                                            : "; there are: " + names)};
}

std::variant<known_model, refused_library> find_model(const model_reference& wanted) {
  if (wanted.path.empty())
    return find_model(wanted.name, {});
  auto found = model_in(wanted.path, wanted.name);
  if (const auto* good = std::get_if<known_model>(&found);
      good && good->reference.sha256 != wanted.sha256)
    return refused_library{wanted.path, "has SHA-256 " + good->reference.sha256 + " here but " +
                                            wanted.sha256 +
                                            " at the head: copy one build to all machines"};
  return found;
}

std::string default_search_path(const std::string& program) {
  const char* set = std::getenv("LOCKSTEP_PATH");
  const auto folder = fs::path{program}.parent_path();
  std::string path = set ? std::string{set} + ':' : std::string{};
  path += (folder / "models").string() + ':' +
          (folder.parent_path() / "lib" / "lockstep" / "models").string();
  return path;
}

} // namespace lockstep
