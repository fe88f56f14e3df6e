// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/openssl/pki_result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Ownership of OpenSSL's objects, and the few things that are done with them everywhere.

struct asn1_string_st;
struct bignum_st;
struct bio_st;
struct evp_pkey_st;
struct x509_st;
struct X509_crl_st;
struct X509_req_st;

namespace lockstep {

/// Frees what OpenSSL made.
struct openssl_free {
  void operator()(bignum_st* object) const noexcept;
  void operator()(bio_st* object) const noexcept;
  void operator()(evp_pkey_st* object) const noexcept;
  void operator()(x509_st* object) const noexcept;
  void operator()(X509_crl_st* object) const noexcept;
  void operator()(X509_req_st* object) const noexcept;
};

template <class T>
using openssl_handle = std::unique_ptr<T, openssl_free>;
using bio_handle = openssl_handle<bio_st>;
using key_handle = openssl_handle<evp_pkey_st>;
using certificate_handle = openssl_handle<x509_st>;
using revocation_handle = openssl_handle<X509_crl_st>;
using request_handle = openssl_handle<X509_req_st>;

/// These read the first object of their sort in a text in PEM; null if there is none or it is
/// damaged. They never ask anybody for a passphrase.
certificate_handle certificate_from(std::string_view pem);
/// All of them, up to the first that is damaged.
std::vector<certificate_handle> certificates_from(std::string_view pem);
revocation_handle revocation_from(std::string_view pem);
request_handle request_from(std::string_view pem);
key_handle key_from(std::string_view pem);

/// In PEM. Throw pki_failure, as everything below does.
std::string pem_of(x509_st* certificate);
std::string pem_of(X509_crl_st* list);
std::string pem_of(X509_req_st* request);
std::string pem_of(evp_pkey_st* key);

/// A new key on the curve P-256.
key_handle make_key();

/// SHA-256 of a certificate's DER form, hexadecimal, lower case.
std::string fingerprint_of(const x509_st* certificate);

/// So many bytes from the system's source of random numbers, hexadecimal, lower case.
std::string random_hex(std::size_t bytes);

/// `result`, or throws pki_failure with OpenSSL's reason if it is zero or null.
void openssl_demand(bool result, const char* what);

} // namespace lockstep
