// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/time_text.hpp"

#include <array>
#include <charconv>
#include <ctime>

namespace lockstep {

std::string utc_text(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string local_text(const std::string& utc) {
  std::tm parts{};
  if (::strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr)
    return "";
  const auto then = ::timegm(&parts);
  const auto now = std::time(nullptr);
  std::tm local{};
  std::tm today{};
  ::localtime_r(&then, &local);
  ::localtime_r(&now, &today);
  const bool is_today = local.tm_year == today.tm_year && local.tm_yday == today.tm_yday;
  std::array<char, 32> text{};
  return {text.data(),
          std::strftime(text.data(), text.size(), is_today ? "%H:%M" : "%Y-%m-%d %H:%M", &local)};
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr std::int64_t seconds_max = std::int64_t{3650} * 24 * 3600;
  std::int64_t count = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (wrong != std::errc{} || end + 1 != text.data() + text.size() || count <= 0 ||
      count > seconds_max)
    return {};
  std::int64_t unit = 0;
  switch (*end) {
  case 's':
    unit = 1;
    break;
  case 'm':
    unit = 60;
    break;
  case 'h':
    unit = 3600;
    break;
  case 'd':
    unit = std::int64_t{24} * 3600;
    break;
  default:
    return {};
  }
  if (count > seconds_max / unit)
    return {};
  return std::chrono::seconds{count * unit};
}

} // namespace lockstep
