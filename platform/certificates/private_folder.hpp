// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// A folder that nobody but its owner may enter, locked while this lives: between processes and
/// between threads. All functions throw pki_failure. For one thread.
class private_folder {
public:
  enum class if_missing : unsigned char { refuse, make };

  /// Opens and locks. Refuses a folder of another user, and one that others may enter or read.
  /// Waits for the lock for five seconds at most.
  explicit private_folder(const std::filesystem::path& where, if_missing how = if_missing::refuse);
  ~private_folder();
  private_folder(const private_folder&) = delete;
  private_folder& operator=(const private_folder&) = delete;

  /// What a file of this folder holds; none if there is no such file. Refuses one of more than
  /// `file_bytes_max`, a symbolic link, and a secret one that others may read.
  [[nodiscard]] std::optional<std::string> read(const std::string& name) const;
  [[nodiscard]] std::optional<std::string> read_secret(const std::string& name) const;

  /// Replaces a file in one step, or leaves it as it was.
  void write(const std::string& name, std::string_view text) const;
  void write_secret(const std::string& name, std::string_view text) const;

  /// Also one that is not there.
  void remove(const std::string& name) const;

  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] std::string path_of(const std::string& name) const { return where_ / name; }
  [[nodiscard]] const std::filesystem::path& where() const { return where_; }

  static constexpr std::size_t file_bytes_max = 16 << 20;

private:
  [[nodiscard]] std::optional<std::string> read(const std::string& name, bool secret) const;
  void write(const std::string& name, std::string_view text, unsigned mode) const;
  void open_folder(if_missing how);
  void take_lock();

  std::filesystem::path where_;
  unique_descriptor folder_;
  unique_descriptor lock_;
};

} // namespace lockstep
