// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/certificate.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace lockstep {

/// The time of day; another one in tests.
using pki_clock = std::function<std::chrono::system_clock::time_point()>;

/// What everybody may know of a cluster's authority.
struct authority_facts {
  std::string cluster;
  std::string fingerprint; ///< SHA-256 of its certificate, hexadecimal, lower case
  std::chrono::system_clock::time_point not_after;
  std::string certificate; ///< PEM; after a renewal followed by the one before
};

/// A certificate that has just been issued.
struct issued_certificate {
  certificate_facts facts;
  std::string certificate; ///< PEM, followed by the authority's
  std::string key;         ///< PEM, a secret; empty where the member has made it itself
  std::string revocation;  ///< the newest revocation list, PEM
};

/// How long certificates count.
inline constexpr std::chrono::days member_life{30};
inline constexpr std::chrono::days member_life_max{365};
inline constexpr std::chrono::days authority_life{3650};
/// How far ahead a revocation list says that the next one will be there.
inline constexpr std::chrono::days revocation_life{90};

/// Whether it is time to renew: less than a third of its life is left.
bool is_due_for_renewal(const certificate_facts& facts, std::chrono::system_clock::time_point now);

} // namespace lockstep
