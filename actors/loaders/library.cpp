// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/library.hpp"

#include "actors/loaders/private_copy.hpp"
#include "actors/loaders/reserved_names.hpp"
#include "actors/loaders/trial_load.hpp"
#include "actors/loaders/tried_libraries.hpp"
#include "actors/wire/limits.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>

namespace lockstep {

namespace {

std::string last_dl_error() {
  const char* text = ::dlerror();
  return text ? text : "unknown error";
}

/// Where the loader finds a library: in a child that tries it, and in this process.
struct library_place {
  std::string in_child;
  std::string here;
};

/// By the number of the process here, so that a debugger finds it too. As /proc has that number,
/// which may be of another namespace than getpid().
library_place place_of(const private_copy& copy) {
  std::error_code ignored;
  auto process = std::filesystem::read_symlink("/proc/self", ignored).string();
  if (process.empty())
    process = "self";
  const auto descriptor = "/fd/" + std::to_string(copy.descriptor);
  return {"/proc/self" + descriptor, "/proc/" + process + descriptor};
}

/// The loader speaks of the place that it was given; people know the file.
std::string with_path_for(std::string text, const std::string& place, const std::string& path) {
  if (const auto at = text.find(place); at != std::string::npos)
    text.replace(at, place.size(), path);
  return text;
}

/// A name that more than one of the models has; empty where there is none.
std::string doubled_name(std::span<const model* const> models) {
  std::set<std::string> seen;
  for (const auto* one : models)
    if (!seen.insert(one->name()).second)
      return one->name();
  return {};
}

/// Puts `is_mapped` to true once the loader knows the place: also what is refused then may stay
/// there for as long as the process lives, since a library with unique symbols is never unloaded.
loaded_or_refused open_library(const library_place& place, const std::string& path,
                               const std::string& sha256, bool& is_mapped) {
  // Whatever went wrong, something else may have been missing: another library, a file, time.
  if (auto trouble = try_to_load(place.in_child); !trouble.empty())
    return refuse_library(path, with_path_for(std::move(trouble), place.in_child, path), true);
  void* handle = ::dlopen(place.here.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return refuse_library(
        path, "cannot be loaded: " + with_path_for(last_dl_error(), place.here, path), true);
  is_mapped = true;
  using entry = const lockstep_library* (*)();
  auto find = reinterpret_cast<entry>(::dlsym(handle, "lockstep_library_entry"));
  if (!find)
    return refuse_library(path, "is no Lockstep model: it includes no <lockstep/model.hpp>");
  const auto* found = find();
  if (found->abi != abi_number)
    return refuse_library(path, "was built for ABI number " + std::to_string(found->abi) +
                                    ", this Lockstep has " + std::to_string(abi_number) +
                                    ": build it again");
  if (*found->wrong != '\0')
    return refuse_library(path, std::string{"cannot be used: "} + found->wrong);
  if (found->count == 0)
    return refuse_library(path, "registers no model: LOCKSTEP_MODEL is missing");
  for (std::size_t i = 0; i < found->count; ++i)
    if (auto why = why_not_typed(*found->models[i]); !why.empty())
      return refuse_library(path, "cannot be used: " + std::move(why));
  if (const auto doubled = doubled_name({found->models, found->count}); !doubled.empty())
    return refuse_library(path, "cannot be used: it registers two models named '" + doubled +
                                    "'; give each a name of its own");
  return library{path, sha256, {found->models, found->models + found->count}};
}

/// All libraries of this process, and what became of the files that were looked at.
class library_shelf {
public:
  std::optional<loaded_or_refused> remembered(const std::string& path, const file_state& state,
                                              tried_libraries::time_point now = clock::now()) {
    const std::lock_guard guard{mutex_};
    return files_.find(path, state, now);
  }

  loaded_or_refused load(const std::string& path) {
    const std::lock_guard one_at_a_time{trial_};
    // Somebody may have tried it while we waited.
    if (auto known = remembered(path, state_of_file(path)))
      return *std::move(known);
    auto copy = copy_privately(path, limits::library_bytes);
    auto decision = copy.trouble.empty()
                        ? take(path, copy)
                        : refuse_library(path, std::move(copy.trouble), copy.is_passing);
    const std::lock_guard guard{mutex_};
    files_.remember(path, copy.of, decision, clock::now());
    return decision;
  }

  std::optional<library> with_hash(const std::string& path, const std::string& sha256) {
    const std::lock_guard guard{mutex_};
    for (const auto& key : {sha256, sha256 + ' ' + path})
      if (const auto found = builds_.find(key); found != builds_.end()) {
        auto same = found->second;
        same.path = path;
        return same;
      }
    return std::nullopt;
  }

  /// A file that does not have the hash is not loaded.
  loaded_or_refused load_build(const std::string& path, const std::string& sha256) {
    const std::lock_guard one_at_a_time{trial_};
    auto copy = copy_privately(path, limits::library_bytes);
    if (!copy.trouble.empty())
      return refuse_library(path, std::move(copy.trouble), copy.is_passing);
    if (copy.sha256 != sha256) {
      close_copy(copy);
      return refuse_library(path, "has SHA-256 " + copy.sha256 + " here but " + sha256 +
                                      " at the head: copy one build to all machines, or start the "
                                      "run again if it was built anew");
    }
    return take(path, copy);
  }

private:
  using clock = std::chrono::steady_clock;

  /// Closes the copy unless the loader has mapped it: it knows it by the name of its descriptor,
  /// which must never be another's, or the next library would be taken for this one.
  loaded_or_refused take(const std::string& path, private_copy& copy) {
    if (auto same = with_hash(path, copy.sha256)) {
      close_copy(copy);
      return *std::move(same);
    }
    bool is_mapped = false;
    auto decision =
        copy.is_bound_to_path ? open_where_it_lies(path, copy) : open_copy(path, copy, is_mapped);
    if (is_mapped)
      ++copies_held_;
    else
      close_copy(copy);
    if (decision) {
      const std::lock_guard guard{mutex_};
      builds_.emplace(copy.is_bound_to_path ? copy.sha256 + ' ' + path : copy.sha256, *decision);
    }
    return decision;
  }

  static void close_copy(const private_copy& copy) {
    if (copy.descriptor >= 0)
      ::close(copy.descriptor);
  }

  loaded_or_refused open_copy(const std::string& path, const private_copy& copy, bool& is_mapped) {
    if (copies_held_ >= copies_max)
      return refuse_library(path, "is one too many: this process has loaded " +
                                      std::to_string(copies_max) +
                                      " builds of libraries; start it anew");
    return open_library(place_of(copy), path, copy.sha256, is_mapped);
  }

  loaded_or_refused open_where_it_lies(const std::string& path, const private_copy& copy) {
    const auto [held, is_first] = in_place_.emplace(path, copy.sha256);
    if (!is_first)
      return refuse_library(path,
                            "has changed since it was loaded: it had SHA-256 " + held->second +
                                " and has " + copy.sha256 +
                                " now. It can be loaded only where it lies (it finds others by "
                                "$ORIGIN, or is larger than `ulimit -f`), so start this "
                                "process again");
    bool is_mapped = false;
    auto decision = open_library({path, path}, path, copy.sha256, is_mapped);
    if (!is_mapped)
      in_place_.erase(held);
    else if (state_of_file(path) != copy.of)
      return refuse_library(path, "was written while it was loaded");
    return decision;
  }

  /// Each holds a descriptor and its bytes.
  static constexpr std::size_t copies_max = 500;

  std::mutex trial_;                            ///< held while a library is tried and loaded
  std::size_t copies_held_ = 0;                 ///< mapped by the loader
  std::map<std::string, std::string> in_place_; ///< loaded where they lie, with their hash
  std::mutex mutex_;                            ///< for what follows; held for moments
  std::map<std::string, library> builds_; ///< by hash; with the path where it needs its folder
  tried_libraries files_;
};

library_shelf& shelf() {
  static library_shelf whole;
  return whole;
}

std::string canonical(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::canonical(path, ignored).string();
}

} // namespace

loaded_or_refused load_library(const std::string& path) {
  const auto absolute = canonical(path);
  if (absolute.empty())
    return refuse_library(path, "there is no such file");
  return shelf().load(absolute);
}

std::optional<loaded_or_refused> remembered_library(const std::string& path) {
  const auto absolute = canonical(path);
  if (absolute.empty())
    return refuse_library(path, "there is no such file");
  return shelf().remembered(absolute, state_of_file(absolute));
}

std::optional<loaded_or_refused> last_decision_on(const std::string& path) {
  const auto absolute = canonical(path);
  if (absolute.empty())
    return refuse_library(path, "there is no such file");
  return shelf().remembered(absolute, state_of_file(absolute), tried_libraries::time_point::min());
}

loaded_or_refused load_build(const std::string& path, const std::string& sha256) {
  const auto absolute = canonical(path);
  if (auto known = shelf().with_hash(absolute.empty() ? path : absolute, sha256))
    return *std::move(known);
  if (absolute.empty())
    return refuse_library(path, "there is no such file");
  return shelf().load_build(absolute, sha256);
}

} // namespace lockstep
