// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/certificate_maker.hpp"
#include "platform/openssl/openssl_handles.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// A certificate that counts no longer, from when on.
struct revoked_serial {
  std::string serial; ///< hexadecimal
  std::chrono::system_clock::time_point since;
};

/// What a revocation list says of itself.
struct revocation_facts {
  std::uint64_t number = 0; ///< each list of an authority has a higher one than the list before
  std::chrono::system_clock::time_point made;
  std::chrono::system_clock::time_point next; ///< after this, OpenSSL refuses all certificates
  std::vector<std::string> serials;           ///< hexadecimal, upper case
};

/// Throws pki_failure. `valid` says when it was made and when the next one must be there.
revocation_handle make_revocation_list(std::uint64_t number, const validity& valid,
                                       const std::vector<revoked_serial>& revoked,
                                       const signer& by);

/// None if it is no list, or has no number.
std::optional<revocation_facts> read_revocation_list(std::string_view pem);

} // namespace lockstep
