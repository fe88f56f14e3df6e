// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"
#include "platform/tls/tls_context.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace lockstep {

/// Where a head is, and what a client shows it and wants to be shown.
struct head_access {
  address where;
  std::shared_ptr<const tls_context> tls; ///< none: plain
  std::string token;                      ///< empty: none
  /// Over a plain connection a token is shown only to a head that somebody asked for by name, never
  /// to whoever happens to listen at the usual port.
  bool is_chosen = false;
  std::chrono::milliseconds patience{10'000}; ///< to connect, and to be answered
};

/// What says how to reach a head beside its address.
struct access_arguments {
  std::string ca;         ///< --ca; empty: LOCKSTEP_CA, then ca.pem of the usual folder
  std::string token_file; ///< --token-file; empty: LOCKSTEP_TOKEN
};

/// The certificates that a client trusts: those of one cluster's authority, and of its heads only.
/// Throws usage_error.
std::shared_ptr<const tls_context> trust_authority(const std::string& ca_file);

/// The authority's file that somebody named: by option or environment; empty if nobody did.
std::string named_authority(const access_arguments& words);

/// The authority's file in the usual folder of certificates; throws usage_error where there is
/// none.
std::string usual_authority();

/// The same head through TLS, where it is on this machine and the usual folder of certificates has
/// an authority; none elsewhere. Throws usage_error.
std::optional<head_access> with_usual_authority(head_access plain);

/// The token; empty if there is none. Takes LOCKSTEP_TOKEN out of the environment, so that programs
/// which are started do not inherit it. Throws usage_error if the file cannot be read, or others
/// may read it.
std::string find_token(const access_arguments& words);

} // namespace lockstep
