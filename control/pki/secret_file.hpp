// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <string>

namespace lockstep {

/// A new file that nobody but its owner can read, from its first moment on. It is gone again with
/// this object unless something was written.
class secret_file {
public:
  /// Throws std::runtime_error where there is a file already, or none can be made.
  explicit secret_file(std::string path);
  ~secret_file();
  secret_file(const secret_file&) = delete;
  secret_file& operator=(const secret_file&) = delete;

  /// One line. Throws std::runtime_error where it cannot be written.
  void write(const std::string& line);

private:
  std::string path_;
  unique_descriptor file_;
  bool is_written_ = false;
};

} // namespace lockstep
