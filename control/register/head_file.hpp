// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <lockstep/json.hpp>

#include <filesystem>
#include <optional>

namespace lockstep {

/// A file that tells programs where a head listens. It is locked as long as this lives, so that
/// whoever finds it unlocked knows that the head has crashed.
class head_file {
public:
  /// Writes it, so that a reader sees all of it or nothing; adds "host", and "locked" where the
  /// file system has locks. Replaces a file that is there. Throws std::system_error.
  head_file(std::filesystem::path path, json text);
  /// Removes it, unless another head has put its own there.
  ~head_file();
  head_file(const head_file&) = delete;
  head_file& operator=(const head_file&) = delete;

private:
  std::filesystem::path path_;
  unique_descriptor file_;
};

/// What a file tells of its head.
struct head_entry {
  json text; ///< an object that has "control"; null where the file holds something else
  bool is_left_behind = false; ///< by a head that crashed; the file is gone now
};

/// Reads a file that a head wrote; none if there is no such file, or it cannot be read. One that
/// was left behind on this machine is removed.
std::optional<head_entry> read_head_file(const std::filesystem::path& path);

} // namespace lockstep
