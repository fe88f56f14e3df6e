// SPDX-License-Identifier: BSD-3-Clause

#include "platform/process/service_notice.hpp"

#include "platform/process/unique_descriptor.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

namespace lockstep {

namespace {

std::string taken_from_environment(const char* name) {
  const char* found = std::getenv(name);
  std::string text = found != nullptr ? found : "";
  ::unsetenv(name);
  return text;
}

std::optional<long long> number_from(const std::string& text) {
  long long number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

/// One line of a notice: a line's end would begin the next.
std::string line(std::string_view text) {
  std::string one{text.substr(0, 256)};
  std::ranges::replace(one, '\n', ' ');
  return one;
}

} // namespace

service_notice service_notice::from_environment() {
  service_notice notice;
  notice.socket_ = taken_from_environment("NOTIFY_SOCKET");
  notice.limit_us_ = taken_from_environment("WATCHDOG_USEC");
  const auto limit_us = number_from(notice.limit_us_);
  const auto watched = taken_from_environment("WATCHDOG_PID");
  const bool is_ours = watched.empty() || number_from(watched) == ::getpid();
  if (!notice.socket_.empty() && limit_us && *limit_us > 0 && is_ours)
    notice.interval_ = std::max(std::chrono::milliseconds{1},
                                std::chrono::duration_cast<std::chrono::milliseconds>(
                                    std::chrono::microseconds{*limit_us} / 2));
  return notice;
}

void service_notice::to_environment() const {
  if (socket_.empty())
    return;
  ::setenv("NOTIFY_SOCKET", socket_.c_str(), 1);
  if (interval_) {
    ::setenv("WATCHDOG_USEC", limit_us_.c_str(), 1);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  }
}

void service_notice::ready(std::string_view status) const {
  tell("READY=1\nSTATUS=" + line(status));
}

void service_notice::status(std::string_view text) const {
  tell("STATUS=" + line(text));
}

void service_notice::reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto now_us = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now_us));
}

void service_notice::stopping() const {
  tell("STOPPING=1");
}

void service_notice::alive() const {
  tell("WATCHDOG=1");
}

void service_notice::tell(const std::string& text) const {
  sockaddr_un where{};
  if (socket_.size() < 2 || socket_.size() >= sizeof where.sun_path)
    return;
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') // a name without a file begins with a zero
    where.sun_path[0] = '\0';
  const unique_descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::sendto(socket.get(), text.data(), text.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&where), // the sockets interface asks for it
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size()));
}

void feed_watchdog(termination& end, const service_notice& notice,
                   std::function<bool(std::chrono::milliseconds)> answers) {
  const auto interval = notice.watchdog_interval();
  if (!interval)
    return;
  end.while_waiting(*interval, [notice, limit = *interval / 2, answers = std::move(answers)] {
    if (answers(limit))
      notice.alive();
  });
}

} // namespace lockstep
