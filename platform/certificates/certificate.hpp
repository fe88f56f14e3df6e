// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/host_names.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Who a certificate speaks for.

namespace lockstep {

/// What the holder of a certificate may be in a cluster. It stands in the certificate as a URI
/// among its alternative names, "urn:lockstep:node:NAME", so that a node's certificate cannot act
/// as a head's.
enum class certificate_role : std::uint8_t { head, node };

/// "head" or "node"
std::string to_string(certificate_role role);

/// What is read from a certificate. Times are UTC.
struct certificate_facts {
  certificate_role role = certificate_role::node;
  std::string name;        ///< letters, digits, '.', '_', '-'; at most 64
  std::string serial;      ///< hexadecimal, upper case
  std::string fingerprint; ///< SHA-256 of the certificate, hexadecimal, lower case
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
  host_names hosts; ///< at which a head is reached
};

/// Whether a certificate may be issued to this name.
bool is_certificate_name(std::string_view name);

/// Reads one certificate in PEM; none if it is no certificate or names no role and no name.
std::optional<certificate_facts> read_certificate(std::string_view pem);

} // namespace lockstep

/// OpenSSL's own types, so that no header of ours includes OpenSSL's.
struct ssl_ctx_st;
struct ssl_st;

namespace lockstep {

/// As above, of a certificate that OpenSSL holds.
std::optional<certificate_facts> facts_of(const x509_st* certificate);

} // namespace lockstep
