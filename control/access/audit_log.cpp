// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/audit_log.hpp"

#include "platform/output/iso_8601.hpp"
#include "platform/output/rotating_file.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace lockstep {

namespace {

constexpr std::uint64_t file_bytes = 10'000'000;
constexpr std::size_t old_files = 5;
constexpr std::size_t text_bytes = 200;
constexpr double refusals_at_once = 100;
constexpr double refusals_a_second = 10;

std::string cut(std::string_view text) {
  return text.size() <= text_bytes ? std::string{text}
                                   : std::string{text.substr(0, text_bytes)} + "...";
}

/// Nobody else may read it, from the first moment on. An older file's mode is mended; what is no
/// file, such as a device, is left as it is.
void make_private(const std::string& path) {
  const unique_descriptor made{::open(
      path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
  struct stat found {};
  if (!made || ::fstat(made.get(), &found) != 0)
    throw std::runtime_error("cannot write the audit file " + path + ": " + std::strerror(errno));
  if (!S_ISREG(found.st_mode))
    throw std::runtime_error("cannot write the audit file " + path + ": it is no plain file");
  if (::fchmod(made.get(), 0600) != 0)
    throw std::runtime_error("cannot close the audit file " + path +
                             " to others: " + std::strerror(errno));
}

/// What the audit says in the place of lines that could not be written.
std::string lost_lines(std::uint64_t lines) {
  return nlohmann::ordered_json{{"time", to_iso_8601(std::chrono::system_clock::now())},
                                {"what", "audit.left_out"},
                                {"lines", lines}}
      .dump();
}

log_writer::destination to_audit_file(const std::string& path) {
  make_private(path);
  spdlog::file_event_handlers handlers;
  handlers.before_open = make_private;
  return to_rotating_file(
      {path, file_bytes, old_files, "control: cannot write the audit file", handlers});
}

} // namespace

audit_log::audit_log(const std::string& file, otherwise where) : room_(refusals_at_once) {
  if (!file.empty()) {
    file_.emplace(to_audit_file(file), lost_lines);
    take_ = [this](std::string line) { file_->write(std::move(line)); };
  } else if (where == otherwise::standard_error) {
    take_ = write_error_line;
  }
}

audit_log::~audit_log() = default;

void audit_log::write(std::string_view what, std::string_view who, std::string_view from,
                      const json& details) {
  if (!take_)
    return;
  nlohmann::ordered_json line{{"time", to_iso_8601(std::chrono::system_clock::now())},
                              {"what", what},
                              {"who", cut(who)},
                              {"from", cut(from)}};
  for (const auto& [name, value] : details.items())
    if (!line.contains(name))
      line[name] = value.is_string() ? json(cut(value.get_ref<const std::string&>())) : value;
  take_(line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace));
}

void audit_log::write_refusal(std::string_view what, std::string_view who, std::string_view from,
                              json details) {
  if (!take_)
    return;
  {
    const std::lock_guard lock(mutex_);
    if (!has_room()) {
      ++left_out_;
      return;
    }
    if (left_out_ > 0)
      details["left_out_before"] = std::exchange(left_out_, 0);
  }
  write(what, who, from, details);
}

bool audit_log::drain(std::chrono::milliseconds limit) {
  return !file_ || file_->drain(limit);
}

bool audit_log::has_room() {
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::duration<double> passed = now - counted_;
  counted_ = now;
  room_ = std::min(refusals_at_once, room_ + passed.count() * refusals_a_second);
  if (room_ < 1)
    return false;
  room_ -= 1;
  return true;
}

} // namespace lockstep
