// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/unique_descriptor.hpp"

#include <string>
#include <string_view>

namespace lockstep {

/// A file that is there whole or not at all: it is written beside its name, which it gets at the
/// end. A device or a pipe is written to as it is. Each throws std::runtime_error with the name and
/// the reason.
class whole_file {
public:
  explicit whole_file(std::string file);
  ~whole_file(); ///< without keep() it was never there
  whole_file(const whole_file&) = delete;
  whole_file& operator=(const whole_file&) = delete;

  void write(std::string_view bytes);

  /// It is whole.
  void keep();

private:
  void write_out(std::string_view bytes);

  std::string file_;  ///< as people name it
  std::string whole_; ///< the file itself, not a link to it
  std::string part_;  ///< until it is whole; empty for a device or a pipe
  unique_descriptor opened_;
  std::string waiting_; ///< not written yet
};

} // namespace lockstep
