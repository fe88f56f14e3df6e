// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/catalogue.hpp"

#include "platform/text/nearest_name.hpp"

#include <lockstep/json.hpp>
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

/// None of a folder that is not there. Where it can be read in part only, `unreadable` says why.
std::vector<std::string> libraries_in(const std::string& folder, std::error_code& unreadable) {
  std::vector<std::string> paths;
  std::error_code ignored;
  for (fs::directory_iterator entry{folder, ignored}, end; !unreadable && entry != end;
       entry.increment(unreadable))
    if (entry->path().extension() == ".so" && entry->is_regular_file(ignored))
      paths.push_back(entry->path().string());
  std::ranges::sort(paths);
  return paths;
}

known_model reference_to(const model* entry, const library& from) {
  return {entry, {entry->name(), from.path, from.sha256}};
}

/// How a library is got at: none where it would have to be loaded, and may not.
using library_source = std::optional<loaded_or_refused> (*)(const std::string& path);

std::optional<loaded_or_refused> loaded(const std::string& path) {
  return load_library(path);
}

library_source memory_for(asked when) {
  return when == asked::after_trial ? last_decision_on : remembered_library;
}

std::string names_of(const library& from) {
  std::string names;
  for (const auto* entry : from.models)
    names += (names.empty() ? "" : ", ") + entry->name();
  return names;
}

/// The first one where `name` is empty.
known_or_refused model_in(const loaded_or_refused& got, const std::string& name) {
  if (!got)
    return tl::unexpected(got.error());
  for (const auto* entry : got->models)
    if (name.empty() || entry->name() == name)
      return reference_to(entry, *got);
  return refuse_library(got->path,
                        "holds no model named '" + name + "'; it holds: " + names_of(*got));
}

void add(catalogue_contents& found, const known_model& next) {
  const auto first = std::ranges::find(found.models, next.reference.name,
                                       [](const known_model& x) { return x.reference.name; });
  if (first == found.models.end())
    found.models.push_back(next);
  else if (first->reference.sha256 != next.reference.sha256 && // else it is the same one
           std::ranges::none_of(found.hidden, [&](const hidden_model& x) {
             return x.reference.path == next.reference.path &&
                    x.reference.name == next.reference.name;
           })) // a folder may be named twice
    found.hidden.push_back({next.reference, first->reference.path});
}

bool is_named_like(const library& from, const model* entry) {
  const auto stem = fs::path{from.path}.stem().string();
  return stem == entry->name() || stem == "lib" + entry->name();
}

/// Of a name that two libraries of the folder hold, the one in the library of that name comes
/// first. False where a library would have to be loaded, and may not.
bool add_folder(catalogue_contents& found, const std::string& folder, library_source source) {
  std::vector<library> all;
  std::error_code unreadable;
  for (const auto& path : libraries_in(folder, unreadable)) {
    if (!is_utf8(path)) {
      found.refused.push_back(
          {path, "has a name that is not UTF-8: give the file another name, or a link"});
      continue;
    }
    auto got = source(path);
    if (!got)
      return false;
    if (*got)
      all.push_back(**std::move(got));
    else
      found.refused.push_back(std::move(got->error()));
  }
  if (unreadable)
    found.refused.push_back({folder, "cannot be read: " + unreadable.message()});
  for (const bool of_its_name : {true, false})
    for (const auto& from : all)
      for (const auto* entry : from.models)
        if (is_named_like(from, entry) == of_its_name)
          add(found, reference_to(entry, from));
  return true;
}

std::optional<catalogue_contents> list_models(const std::string& search_path,
                                              library_source source) {
  catalogue_contents found{compiled_models(), {}, {}};
  for (const auto& folder : folders_of(search_path))
    if (!add_folder(found, folder, source))
      return std::nullopt;
  return found;
}

std::vector<std::string> libraries_named_like(const std::string& name, const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& file : {name + ".so", "lib" + name + ".so"})
    if (std::error_code ignored; fs::exists(fs::path{folder} / file, ignored))
      paths.push_back((fs::path{folder} / file).string());
  return paths;
}

refused_library no_model(const std::string& name, const catalogue_contents& all) {
  std::vector<std::string_view> names;
  std::string list;
  for (const auto& entry : all.models) {
    names.push_back(entry.reference.name);
    list += (list.empty() ? "" : ", ") + entry.reference.name;
  }
  const auto meant = nearest_name(name, names);
  return {name, "there is no model of this name" +
                    (list.empty()    ? "; set LOCKSTEP_PATH to the folder of its library"
                     : meant.empty() ? "; there are: " + list
                                     : "; did you mean '" + meant + "'? There are: " + list)};
}

std::optional<known_or_refused> find_by_path(const std::string& path, library_source source) {
  const auto got = source(path);
  return got ? std::optional{model_in(*got, {})} : std::nullopt;
}

/// What a search in one folder came to.
struct found_in_folder {
  bool would_load = false;                       ///< and may not
  std::optional<known_or_refused> answer = {};   ///< the model, or a build of it that is refused
  std::optional<refused_library> of_others = {}; ///< a library of that name that lacks the model
};

found_in_folder find_in_folder(const std::string& name, const std::string& folder,
                               library_source source) {
  found_in_folder result;
  for (const auto& path : libraries_named_like(name, folder)) {
    const auto got = source(path);
    if (!got)
      return {.would_load = true};
    auto found = model_in(*got, name);
    // A build that is refused must not give way to another that comes later.
    if (found || !*got)
      return {.answer = std::move(found)};
    result.of_others = std::move(found.error());
  }
  catalogue_contents all;
  result.would_load = !add_folder(all, folder, source);
  const auto entry =
      std::ranges::find(all.models, name, [](const known_model& x) { return x.reference.name; });
  if (entry != all.models.end())
    result.answer = *entry;
  return result;
}

std::optional<known_or_refused>
find_by_name(const std::string& name, const std::string& search_path, library_source source) {
  std::optional<refused_library> of_others;
  for (const auto& folder : folders_of(search_path)) {
    auto found = find_in_folder(name, folder, source);
    if (found.would_load)
      return std::nullopt;
    if (found.answer)
      return std::move(found.answer);
    if (!of_others)
      of_others = std::move(found.of_others);
  }
  if (of_others)
    return tl::unexpected(*std::move(of_others));
  const auto all = list_models(search_path, source);
  return all ? std::optional<known_or_refused>{tl::unexpected(no_model(name, *all))} : std::nullopt;
}

std::optional<known_or_refused> find_model(const std::string& name, const std::string& search_path,
                                           library_source source) {
  if (name.empty() || name.find('\0') != std::string::npos)
    return refuse_library("", "this is no name of a model");
  if (name.find('/') != std::string::npos)
    return find_by_path(name, source);
  for (const auto& compiled : compiled_models())
    if (compiled.reference.name == name) {
      if (const auto* own = lockstep_library_entry(); *own->wrong != '\0')
        return refuse_library(name, std::string{"cannot be used: "} + own->wrong);
      return compiled;
    }
  return find_by_name(name, search_path, source);
}

} // namespace

std::vector<known_model> compiled_models() {
  std::vector<known_model> models;
  for (const auto* entry : detail::registered_models())
    models.push_back({entry, {entry->name(), {}, {}}});
  return models;
}

catalogue_contents list_models(const std::string& search_path) {
  return *list_models(search_path, loaded);
}

std::optional<catalogue_contents> recall_models(const std::string& search_path, asked when) {
  return list_models(search_path, memory_for(when));
}

known_or_refused find_model(const std::string& name, const std::string& search_path) {
  return *find_model(name, search_path, loaded);
}

std::optional<known_or_refused> recall_model(const std::string& name,
                                             const std::string& search_path, asked when) {
  return find_model(name, search_path, memory_for(when));
}

known_or_refused find_model(const model_reference& wanted) {
  if (wanted.path.empty())
    return find_model(wanted.name, {});
  return model_in(load_build(wanted.path, wanted.sha256), wanted.name);
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
