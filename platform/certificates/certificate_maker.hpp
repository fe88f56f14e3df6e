// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/certificate.hpp"
#include "platform/openssl/openssl_handles.hpp"

#include <chrono>
#include <string>

/// The forms of what an authority signs. All functions throw pki_failure. Nothing is checked here
/// but that names cannot break a form.

namespace lockstep {

/// From when and until when.
struct validity {
  std::chrono::system_clock::time_point from;
  std::chrono::system_clock::time_point until;
};

/// Who signs.
struct signer {
  certificate_handle certificate;
  key_handle key;
};

/// What a member's certificate says. It may act as either end of a TLS connection, because head and
/// nodes both dial; its role, in the URI, says who it is.
struct member_order {
  certificate_role role = certificate_role::node;
  std::string name;
  validity valid;
  host_names hosts = {}; ///< of a head: where it is reached
};

/// A random number of 127 bits, hexadecimal, upper case, as certificate_facts has it.
std::string make_serial();

/// A certificate that signs itself, with the cluster's name, and may sign members' only.
certificate_handle make_authority_certificate(const std::string& cluster, const validity& valid,
                                              evp_pkey_st* key);

certificate_handle make_member_certificate(const member_order& order, const std::string& serial,
                                           evp_pkey_st* member_key, const signer& by);

/// The name of the cluster in an authority's certificate; empty if there is none.
std::string cluster_of(const x509_st* authority);

} // namespace lockstep
