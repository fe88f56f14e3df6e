#include "node/solver_log.hpp"

#include "actors/process/resource_limits.hpp"
#include "actors/run_record.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <utility>

namespace lockstep {

namespace {

constexpr std::uint64_t log_file_bytes = 10U << 20U;
constexpr std::size_t log_files = 3;

/// The first line that cannot be written after one that could is told.
log_writer::destination to_rotated_file(const std::string& path) {
  const auto bytes =
      static_cast<std::size_t>(std::clamp<std::uint64_t>(file_size_limit(), 1, log_file_bytes));
  const auto file = std::make_shared<spdlog::sinks::rotating_file_sink_st>(path, bytes, log_files);
  file->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  return [path, file, is_well = true](const std::string& line) mutable {
    try {
      file->log({"", spdlog::level::info, line});
      file->flush();
      return is_well = true;
    } catch (const std::exception& thrown) {
      if (std::exchange(is_well, false))
        write_error_line("node: cannot write " + path + ": " + thrown.what());
      return false;
    }
  };
}

} // namespace

solver_log::solver_log(const std::string& folder, std::size_t slot)
    : file_(to_rotated_file(folder + "/solver-" + std::to_string(slot) + ".log")) {}

void solver_log::append(std::string_view text, time_point now) {
  while (!text.empty()) {
    const auto piece = text.substr(0, std::min(text.find('\n'), line_bytes_max - begun_.size()));
    begun_ += piece;
    text.remove_prefix(piece.size());
    const bool has_ended = text.starts_with('\n');
    if (has_ended)
      text.remove_prefix(1);
    if (has_ended || begun_.size() == line_bytes_max)
      write(now);
  }
}

void solver_log::end_line(time_point now) {
  if (!begun_.empty())
    write(now);
}

void solver_log::write(time_point now) {
  file_.write(to_iso_8601(now) + ' ' + begun_);
  begun_.clear();
}

} // namespace lockstep
