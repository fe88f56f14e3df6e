// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/certificate.hpp"

#include <optional>
#include <string>

namespace lockstep {

/// Files of one side, in PEM.
struct tls_files {
  std::string authority;   ///< the cluster's own CA; every certificate that it signed is a member
  std::string certificate; ///< ours, followed by the authority's
  std::string key;
  std::string revocation; ///< the authority's list; may be missing as a file, then none is revoked
};

enum class tls_oldest : unsigned char { version_1_3, version_1_2 };

/// What one side wants of the other.
struct tls_demand {
  /// The role that the other side's certificate must have; none for either.
  std::optional<certificate_role> role = {};
  /// Also let through who shows no certificate: for joining by token, and for the control port,
  /// whose clients show a token.
  bool without_certificate = false;
  /// Instead of an authority file: the only authority to be accepted, by its fingerprint. For a
  /// machine that joins and has nothing yet but a token.
  std::string pinned_authority = {};
  tls_oldest oldest = tls_oldest::version_1_3;
};

} // namespace lockstep
