// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/output/log_writer.hpp"
#include "platform/process/resource_limits.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace lockstep {

struct rotating_file {
  std::string path;
  std::uint64_t bytes_max; ///< of one file; less where files of this process must be smaller
  std::size_t old_files;   ///< kept beside it, as spdlog names them
  std::string told_as;     ///< "node: cannot write the log": what stands before path and reason
  spdlog::file_event_handlers handlers; ///< what is done whenever a file is opened
};

/// Writes lines to a file that is rotated. The first line that cannot be written after one that
/// could is told on standard error. Throws std::exception where the file cannot be opened.
inline log_writer::destination to_rotating_file(const rotating_file& wanted) {
  const auto bytes = std::clamp<std::uint64_t>(file_size_limit(), 1, wanted.bytes_max);
  const auto file = std::make_shared<spdlog::sinks::rotating_file_sink_st>(
      wanted.path, static_cast<std::size_t>(bytes), wanted.old_files, false, wanted.handlers);
  file->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  return [file, what = wanted.told_as + ' ' + wanted.path + ": ",
          is_well = true](const std::string& line) mutable {
    try {
      file->log({"", spdlog::level::info, line});
      file->flush();
      return is_well = true;
    } catch (const std::exception& thrown) {
      if (std::exchange(is_well, false))
        write_error_line(what + thrown.what());
      return false;
    }
  };
}

} // namespace lockstep
