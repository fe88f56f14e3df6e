#include "control/head/audit_log.hpp"

#include "actors/run_record.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace lockstep {

namespace {

constexpr std::size_t file_bytes = 10'000'000;
constexpr std::size_t old_files = 5;
constexpr std::size_t text_bytes = 200;
constexpr double refusals_at_once = 100;
constexpr double refusals_a_second = 10;

std::string cut(std::string_view text) {
  return text.size() <= text_bytes ? std::string{text}
                                   : std::string{text.substr(0, text_bytes)} + "...";
}

/// Nobody else may read it, from the first moment on. An older file's mode is mended.
void make_private(const std::string& path) {
  const int made =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (made < 0)
    throw std::runtime_error("cannot write the audit file " + path + ": " + std::strerror(errno));
  ::fchmod(made, 0600);
  ::close(made);
}

std::shared_ptr<spdlog::logger> make_logger(const std::string& file, audit_log::otherwise where) {
  if (file.empty() && where == audit_log::otherwise::nowhere)
    return nullptr;
  std::shared_ptr<spdlog::sinks::sink> sink;
  if (file.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    make_private(file);
    spdlog::file_event_handlers handlers;
    handlers.before_open = make_private;
    sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file, file_bytes, old_files,
                                                                  false, handlers);
  }
  auto logger = std::make_shared<spdlog::logger>("audit", std::move(sink));
  logger->set_pattern("%v");
  logger->flush_on(spdlog::level::info);
  return logger;
}

} // namespace

audit_log::audit_log(const std::string& file, otherwise where)
    : logger_(make_logger(file, where)), room_(refusals_at_once) {}

audit_log::~audit_log() = default;

void audit_log::write(std::string_view what, std::string_view who, std::string_view from,
                      const json& details) {
  if (!logger_)
    return;
  nlohmann::ordered_json line{{"time", to_iso_8601(std::chrono::system_clock::now())},
                              {"what", what},
                              {"who", cut(who)},
                              {"from", cut(from)}};
  for (const auto& [name, value] : details.items())
    if (!line.contains(name))
      line[name] = value.is_string() ? json(cut(value.get_ref<const std::string&>())) : value;
  logger_->info(line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace));
}

void audit_log::write_refusal(std::string_view what, std::string_view who, std::string_view from,
                              json details) {
  if (!logger_)
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
