// SPDX-License-Identifier: BSD-3-Clause

#include "platform/authority/revocation_list.hpp"

#include "platform/openssl/openssl_values.hpp"
#include "platform/openssl/pki_result.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace lockstep {

namespace {

using std::chrono::system_clock;

struct asn1_free {
  void operator()(ASN1_TIME* object) const noexcept { ASN1_TIME_free(object); }
};
using asn1_time_handle = std::unique_ptr<ASN1_TIME, asn1_free>;

struct integer_free {
  void operator()(ASN1_INTEGER* object) const noexcept { ASN1_INTEGER_free(object); }
};
using integer_handle = std::unique_ptr<ASN1_INTEGER, integer_free>;

asn1_time_handle written(system_clock::time_point when) {
  asn1_time_handle time{ASN1_TIME_set(nullptr, system_clock::to_time_t(when))};
  openssl_demand(time != nullptr, "writing a time");
  return time;
}

integer_handle number_from(const std::string& hexadecimal) {
  BIGNUM* number = nullptr;
  BN_hex2bn(&number, hexadecimal.c_str());
  const openssl_handle<bignum_st> owned{number};
  integer_handle integer{number == nullptr ? nullptr : BN_to_ASN1_INTEGER(number, nullptr)};
  openssl_demand(integer != nullptr, "reading a serial number");
  return integer;
}

void add_revoked(X509_CRL* list, const revoked_serial& one) {
  std::unique_ptr<X509_REVOKED, decltype(&X509_REVOKED_free)> entry{X509_REVOKED_new(),
                                                                    &X509_REVOKED_free};
  const auto serial = number_from(one.serial);
  const auto since = written(one.since);
  openssl_demand(entry && X509_REVOKED_set_serialNumber(entry.get(), serial.get()) == 1 &&
                     X509_REVOKED_set_revocationDate(entry.get(), since.get()) == 1 &&
                     X509_CRL_add0_revoked(list, entry.get()) == 1,
                 "adding to a revocation list");
  static_cast<void>(entry.release()); // the list's now
}

void add_number(X509_CRL* list, std::uint64_t number) {
  const integer_handle integer{ASN1_INTEGER_new()};
  openssl_demand(integer && ASN1_INTEGER_set_uint64(integer.get(), number) == 1 &&
                     X509_CRL_add1_ext_i2d(list, NID_crl_number, integer.get(), 0, 0) == 1,
                 "numbering a revocation list");
}

void add_authority_key(X509_CRL* list, X509* authority) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, authority, nullptr, nullptr, list, 0);
  X509V3_set_ctx_nodb(&context);
  X509_EXTENSION* made =
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always");
  const bool added = made != nullptr && X509_CRL_add_ext(list, made, -1) == 1;
  X509_EXTENSION_free(made);
  openssl_demand(added, "adding an extension to a revocation list");
}

std::optional<std::uint64_t> number_of(const X509_CRL* list) {
  const integer_handle integer{
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(list, NID_crl_number, nullptr, nullptr))};
  std::uint64_t number = 0;
  if (!integer || ASN1_INTEGER_get_uint64(&number, integer.get()) != 1)
    return {};
  return number;
}

} // namespace

revocation_handle make_revocation_list(std::uint64_t number, const validity& valid,
                                       const std::vector<revoked_serial>& revoked,
                                       const signer& by) {
  constexpr long version_2 = 1; // numbered from 0
  revocation_handle list{X509_CRL_new()};
  const auto made = written(valid.from);
  const auto next = written(valid.until);
  openssl_demand(
      list && X509_CRL_set_version(list.get(), version_2) == 1 &&
          X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(by.certificate.get())) == 1 &&
          X509_CRL_set1_lastUpdate(list.get(), made.get()) == 1 &&
          X509_CRL_set1_nextUpdate(list.get(), next.get()) == 1,
      "making a revocation list");
  add_authority_key(list.get(), by.certificate.get());
  add_number(list.get(), number);
  for (const auto& one : revoked)
    add_revoked(list.get(), one);
  X509_CRL_sort(list.get());
  openssl_demand(X509_CRL_sign(list.get(), by.key.get(), EVP_sha256()) > 0,
                 "signing a revocation list");
  return list;
}

std::optional<revocation_facts> read_revocation_list(std::string_view pem) {
  const auto list = revocation_from(pem);
  if (!list)
    return {};
  const auto number = number_of(list.get());
  const auto made = time_of(X509_CRL_get0_lastUpdate(list.get()));
  const auto next = time_of(X509_CRL_get0_nextUpdate(list.get()));
  forget_openssl_errors();
  if (!number || !made || !next)
    return {};
  revocation_facts facts{*number, *made, *next, {}};
  auto* revoked = X509_CRL_get_REVOKED(list.get());
  for (int i = 0; i < sk_X509_REVOKED_num(revoked); ++i)
    facts.serials.push_back(
        hexadecimal_of(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(revoked, i))));
  return facts;
}

} // namespace lockstep
