#include "actors/tls/certificate.hpp"

#include "actors/tls/fingerprint.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

namespace lockstep {

namespace {

std::chrono::system_clock::time_point time_of(const ASN1_TIME* written) {
  std::tm fields{};
  ASN1_TIME_to_tm(written, &fields);
  return std::chrono::system_clock::from_time_t(::timegm(&fields));
}

bool take_member(std::string_view uri, certificate_facts& facts) {
  for (const auto role : {certificate_role::head, certificate_role::node}) {
    const auto start = "urn:lockstep:" + to_string(role) + ":";
    if (!uri.starts_with(start) || !is_certificate_name(uri.substr(start.size())))
      continue;
    facts.role = role;
    facts.name = uri.substr(start.size());
    return true;
  }
  return false;
}

} // namespace

std::string to_string(certificate_role role) {
  return role == certificate_role::head ? "head" : "node";
}

bool is_certificate_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, fits);
}

std::optional<certificate_facts> read_certificate(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> text{
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all};
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{
      PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), &X509_free};
  ERR_clear_error();
  return facts_of(certificate.get());
}

std::optional<certificate_facts> facts_of(const x509_st* certificate) {
  if (certificate == nullptr)
    return {};
  certificate_facts facts;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names{
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free};
  int members = 0;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI)
      continue;
    const auto* uri = name->d.uniformResourceIdentifier;
    members += take_member({reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                            static_cast<std::size_t>(ASN1_STRING_length(uri))},
                           facts)
                   ? 1
                   : 0;
  }
  if (members != 1)
    return {};
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number{
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr), &BN_free};
  char* serial = BN_bn2hex(number.get());
  facts.serial = serial;
  OPENSSL_free(serial);
  facts.fingerprint = certificate_fingerprint(certificate);
  facts.not_before = time_of(X509_get0_notBefore(certificate));
  facts.not_after = time_of(X509_get0_notAfter(certificate));
  return facts;
}

} // namespace lockstep
