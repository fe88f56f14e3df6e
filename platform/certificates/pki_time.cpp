// SPDX-License-Identifier: BSD-3-Clause

#include "platform/certificates/pki_time.hpp"

namespace lockstep {

using std::chrono::system_clock;

json written_time(const std::optional<system_clock::time_point>& time) {
  return time ? json(system_clock::to_time_t(*time)) : json(nullptr);
}

system_clock::time_point time_from(const json& written) {
  constexpr std::int64_t seconds_max = 9'000'000'000;
  const auto seconds = written.is_number_integer() ? written.get<std::int64_t>() : -1;
  if (seconds < 0 || seconds > seconds_max)
    throw json::other_error::create(501, "no time", &written);
  return system_clock::from_time_t(seconds);
}

std::optional<system_clock::time_point> optional_time_from(const json& written) {
  return written.is_null() ? std::nullopt : std::optional{time_from(written)};
}

} // namespace lockstep
