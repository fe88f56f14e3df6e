// SPDX-License-Identifier: BSD-3-Clause

#include "node/solver_log.hpp"

#include "platform/output/iso_8601.hpp"
#include "platform/output/rotating_file.hpp"

#include <algorithm>
#include <cstdint>

namespace lockstep {

namespace {

constexpr std::uint64_t log_file_bytes = 10U << 20U;
constexpr std::size_t log_files = 3;

} // namespace

solver_log::solver_log(const std::string& folder, std::size_t slot)
    : file_(to_rotating_file({folder + "/solver-" + std::to_string(slot) + ".log",
                              log_file_bytes,
                              log_files,
                              "node: cannot write",
                              {}})) {}

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
