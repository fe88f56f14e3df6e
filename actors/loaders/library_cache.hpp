// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/loaders/library.hpp"
#include "actors/wire/limits.hpp"
#include "actors/wire/model_reference.hpp"

#include <cstddef>
#include <string>

namespace lockstep {

/// Keeps libraries of models that the head sent to this machine, by the SHA-256 of their bytes, in
/// a folder that belongs to this user alone: who may write there may run code as this user.
///
/// Several processes may use one folder at the same time: a file appears whole or not at all. Calls
/// read and write whole files, so not on a thread that answers. Errors are sentences; `path` of a
/// refusal is the file or folder.
class library_cache {
public:
  explicit library_cache(std::string folder, std::size_t files_max = limits::kept_libraries,
                         std::size_t bytes_max = limits::kept_library_bytes)
      : folder_(std::move(folder)), files_max_(files_max), bytes_max_(bytes_max) {}

  /// `models` in LOCKSTEP_CACHE, or else in `lockstep` in XDG_CACHE_HOME or ~/.cache; empty where
  /// none of them is set.
  static std::string default_folder();

  /// The path of the library with this hash, which is computed anew; empty if it is not there. It
  /// counts as used.
  [[nodiscard]] std::string find(const std::string& sha256) const;

  /// Writes it where its bytes have this hash, and gives its path. The libraries that were used the
  /// longest ago go if there are too many.
  [[nodiscard]] tl::expected<std::string, refused_library> put(const std::string& sha256,
                                                               const blob& bytes) const;

private:
  [[nodiscard]] std::string path_of(const std::string& sha256) const;
  [[nodiscard]] std::string trouble_with_folder() const;
  void make_room(const std::string& newest) const;

  std::string folder_;
  std::size_t files_max_;
  std::size_t bytes_max_;
};

/// The path of exactly this build: its own where the file there has the hash, or the cache's. The
/// refusal says what is there instead.
tl::expected<std::string, refused_library> find_build(const model_reference& wanted,
                                                      const library_cache& cache);

/// The bytes of exactly this build, from its own path.
tl::expected<blob, refused_library> read_build(const model_reference& wanted);

} // namespace lockstep
