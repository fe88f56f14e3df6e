// SPDX-License-Identifier: BSD-3-Clause

#include "platform/certificates/certificate_maker.hpp"

#include "platform/openssl/pki_result.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>

namespace lockstep {

namespace {

constexpr long version_3 = 2; // numbered from 0
constexpr std::size_t serial_bytes = 16;

/// `text` in OpenSSL's own words for extensions. Names have no character that means anything there.
void add_extension(X509* to, X509* issuer, int which, const std::string& text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, which, text.c_str());
  const bool added = made != nullptr && X509_add_ext(to, made, -1) == 1;
  X509_EXTENSION_free(made);
  openssl_demand(added, "adding an extension to a certificate");
}

void set_name(X509_NAME* to, const char* field, const std::string& text) {
  openssl_demand(X509_NAME_add_entry_by_txt(to, field, MBSTRING_ASC,
                                            reinterpret_cast<const unsigned char*>(text.data()),
                                            static_cast<int>(text.size()), -1, 0) == 1,
                 "naming a certificate");
}

void set_serial(X509* to, const std::string& serial) {
  BIGNUM* number = nullptr;
  BN_hex2bn(&number, serial.c_str());
  const openssl_handle<bignum_st> owned{number};
  openssl_demand(number != nullptr &&
                     BN_to_ASN1_INTEGER(number, X509_get_serialNumber(to)) != nullptr,
                 "numbering a certificate");
}

void set_validity(X509* to, const validity& valid) {
  using std::chrono::system_clock;
  openssl_demand(
      ASN1_TIME_set(X509_getm_notBefore(to), system_clock::to_time_t(valid.from)) != nullptr &&
          ASN1_TIME_set(X509_getm_notAfter(to), system_clock::to_time_t(valid.until)) != nullptr,
      "dating a certificate");
}

certificate_handle begin_certificate(const std::string& serial, const validity& valid,
                                     EVP_PKEY* key) {
  certificate_handle made{X509_new()};
  openssl_demand(made && X509_set_version(made.get(), version_3) == 1 &&
                     X509_set_pubkey(made.get(), key) == 1,
                 "making a certificate");
  set_serial(made.get(), serial);
  set_validity(made.get(), valid);
  return made;
}

void sign(X509* certificate, EVP_PKEY* key) {
  openssl_demand(X509_sign(certificate, key, EVP_sha256()) > 0, "signing a certificate");
}

std::string alternative_names_of(const member_order& order) {
  auto names = "URI:urn:lockstep:" + to_string(order.role) + ":" + order.name;
  for (const auto& host : order.hosts)
    names += "," + alternative_name_of(host);
  return names;
}

} // namespace

std::string make_serial() {
  auto serial = random_hex(serial_bytes);
  // No sign, and no zero at the start, so that it is written with all its digits everywhere.
  serial.front() = static_cast<char>('1' + serial.front() % 7);
  std::transform(serial.begin(), serial.end(), serial.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return serial;
}

certificate_handle make_authority_certificate(const std::string& cluster, const validity& valid,
                                              evp_pkey_st* key) {
  auto made = begin_certificate(make_serial(), valid, key);
  auto* name = X509_get_subject_name(made.get());
  set_name(name, "O", "Lockstep cluster authority");
  set_name(name, "CN", cluster);
  openssl_demand(X509_set_issuer_name(made.get(), name) == 1, "naming a certificate");
  add_extension(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(made.get(), made.get(), NID_subject_key_identifier, "hash");
  sign(made.get(), key);
  return made;
}

certificate_handle make_member_certificate(const member_order& order, const std::string& serial,
                                           evp_pkey_st* member_key, const signer& by) {
  auto made = begin_certificate(serial, order.valid, member_key);
  set_name(X509_get_subject_name(made.get()), "CN", order.name);
  auto* issuer = by.certificate.get();
  openssl_demand(X509_set_issuer_name(made.get(), X509_get_subject_name(issuer)) == 1,
                 "naming a certificate");
  add_extension(made.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(made.get(), issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(made.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(made.get(), issuer, NID_subject_alt_name, alternative_names_of(order));
  add_extension(made.get(), issuer, NID_subject_key_identifier, "hash");
  add_extension(made.get(), issuer, NID_authority_key_identifier, "keyid:always");
  sign(made.get(), by.key.get());
  return made;
}

std::string cluster_of(const x509_st* authority) {
  const auto* name = X509_get_subject_name(authority);
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0)
    return {};
  const auto* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

} // namespace lockstep
