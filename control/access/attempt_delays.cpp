// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/attempt_delays.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace lockstep {

attempt_delays::time_point attempt_delays::not_before(std::string_view source,
                                                      time_point now) const {
  const auto found = known_.find(source);
  return found == known_.end() ? now : found->second.not_before;
}

std::uint64_t attempt_delays::failed(std::string_view source, time_point now) {
  auto found = known_.find(source);
  if (found == known_.end()) {
    make_room(now);
    found = known_.emplace(source, record{}).first;
  }
  auto& known = found->second;
  if (known.failures > 0 && now - known.failed_at >= options_.forget_after)
    known.failures = 0;
  constexpr std::uint64_t doublings = 20; // more than any `longest` needs
  const auto delay = options_.first * (std::int64_t{1} << std::min(known.failures, doublings));
  known.failed_at = now;
  known.not_before = now + std::min(delay, options_.longest);
  return ++known.failures;
}

void attempt_delays::succeeded(std::string_view source) {
  if (const auto found = known_.find(source); found != known_.end())
    known_.erase(found);
}

void attempt_delays::make_room(time_point now) {
  if (known_.size() < options_.sources)
    return;
  std::erase_if(known_, [&](const auto& entry) {
    return now - entry.second.failed_at >= options_.forget_after;
  });
  if (known_.size() >= options_.sources)
    known_.erase(std::ranges::min_element(
        known_, {}, [](const auto& entry) { return entry.second.failed_at; }));
}

std::string source_of(std::string_view address) {
  const auto colon = address.rfind(':');
  auto host = std::string(address.substr(0, colon));
  if (!host.starts_with('['))
    return host;
  host = host.substr(1, host.size() - 2);
  in6_addr six{};
  if (::inet_pton(AF_INET6, host.c_str(), &six) != 1)
    return host;
  std::memset(&six.s6_addr[8], 0, 8);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &six, text.data(), text.size());
  return std::string{text.data()} + "/64";
}

} // namespace lockstep
