// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace lockstep {

/// Slows down whoever tries tokens: after each failure the next attempt from the same source waits
/// longer. Attempts of one source wait for each other, so many connections are no quicker than one.
/// Pure: the time is passed in. Bounded: of too many sources the one that failed longest ago is
/// forgotten.
class attempt_delays {
public:
  using time_point = std::chrono::steady_clock::time_point;

  struct options {
    std::chrono::milliseconds first{200}; ///< after the first failure; doubles with each
    std::chrono::milliseconds longest{5'000};
    std::chrono::minutes forget_after{10};
    std::size_t sources = 10'000;
  };

  attempt_delays() : attempt_delays(options{}) {}
  explicit attempt_delays(const options& chosen) : options_(chosen) {}

  /// When an attempt of this source may be checked: not after `now` if at once.
  [[nodiscard]] time_point not_before(std::string_view source, time_point now) const;

  /// Gives how often the source has failed in a row.
  std::uint64_t failed(std::string_view source, time_point now);
  void succeeded(std::string_view source);

  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

private:
  struct record {
    std::uint64_t failures = 0;
    time_point failed_at;
    time_point not_before;
  };

  void make_room(time_point now);

  options options_;
  std::map<std::string, record, std::less<>> known_;
};

/// What counts as one source: an IPv4 address, or the 64 bits of an IPv6 address that a network
/// hands to one customer. `address` is "HOST:PORT" or "[IPV6]:PORT".
std::string source_of(std::string_view address);

} // namespace lockstep
