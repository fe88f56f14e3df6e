// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/certificate.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// A certificate that an authority has issued.
struct certificate_entry {
  std::string serial; ///< hexadecimal, upper case
  std::string name;
  certificate_role role = certificate_role::node;
  std::chrono::system_clock::time_point not_after;
  std::optional<std::chrono::system_clock::time_point> revoked_at;

  /// Whether it still counts.
  [[nodiscard]] bool is_valid(std::chrono::system_clock::time_point now) const {
    return !revoked_at && now < not_after;
  }
};

/// All that an authority remembers beside its key.
struct certificate_index {
  std::uint64_t revocations = 0;               ///< number of the newest revocation list
  std::vector<certificate_entry> certificates; ///< in the order in which they were issued

  /// Certificates in it, valid or not; those that expired are dropped with time.
  static constexpr std::size_t certificates_max = 20'000;
  /// Valid certificates of one name: a machine that renews in a circle is stopped here.
  static constexpr std::size_t of_name_max = 20;

  [[nodiscard]] const certificate_entry* find(std::string_view serial) const;
  [[nodiscard]] std::size_t valid_of(std::string_view name,
                                     std::chrono::system_clock::time_point now) const;

  /// Forgets certificates that expired more than a month ago.
  void drop_old(std::chrono::system_clock::time_point now);
};

/// As JSON; times are seconds since 1970, UTC.
std::string to_text(const certificate_index& index);

/// None if it is damaged.
std::optional<certificate_index> index_from(std::string_view text);

} // namespace lockstep
