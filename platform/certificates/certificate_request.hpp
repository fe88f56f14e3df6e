// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/openssl/openssl_handles.hpp"
#include "platform/openssl/pki_result.hpp"

#include <string>
#include <string_view>

namespace lockstep {

/// What a machine that joins makes: it keeps the key and sends the request.
struct key_and_request {
  std::string key;     ///< PEM; a secret
  std::string request; ///< PKCS #10, in PEM
};

/// A new key on P-256, and a request for a certificate of this name.
pki_result<key_and_request> make_request(const std::string& name);

/// A request for a new certificate with the key that is there, for renewal: the new certificate
/// then replaces the old one in one step.
pki_result<std::string> make_request(const std::string& name, std::string_view key);

/// Longer ones are refused unread.
inline constexpr std::size_t request_bytes_max = 8192;

/// What an authority takes from a request: all else is its own decision.
struct request_facts {
  std::string name;
  key_handle key;
};

/// SHA-256 of a request's name and key, hexadecimal, lower case: the same for each request that a
/// machine makes of them.
std::string digest_of(const request_facts& asked);

/// Reads a request from outside and checks it: it proves that its sender has the key, the key is on
/// P-256, the name may be a member's. Throws pki_failure with what is wrong.
request_facts read_request(std::string_view pem);

} // namespace lockstep
