// SPDX-License-Identifier: BSD-3-Clause

#include "platform/certificates/certificate.hpp"

#include "platform/openssl/openssl_handles.hpp"
#include "platform/openssl/openssl_values.hpp"
#include "platform/openssl/pki_result.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t member_name_length_max = 64;
constexpr std::string_view uri_start = "urn:lockstep:";

/// Not std::isalnum, which asks the locale.
bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

/// Who a URI of ours speaks for.
std::optional<std::pair<certificate_role, std::string>> member_of(std::string_view uri) {
  for (const auto role : {certificate_role::head, certificate_role::node}) {
    const auto start = std::string{uri_start} + to_string(role) + ":";
    if (uri.starts_with(start) && is_certificate_name(uri.substr(start.size())))
      return std::pair{role, std::string{uri.substr(start.size())}};
  }
  return {};
}

/// Who the alternative names speak for: exactly one URI must be ours, so that no certificate can be
/// read as one thing here and as another there.
std::optional<std::pair<certificate_role, std::string>> member_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names{
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free};
  std::optional<std::pair<certificate_role, std::string>> found;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI)
      continue;
    const auto* text = name->d.uniformResourceIdentifier;
    // By its length: a zero byte inside is part of it.
    const std::string uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                          static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (!uri.starts_with(uri_start))
      continue;
    if (found)
      return {};
    found = member_of(uri);
    if (!found)
      return {};
  }
  return found;
}

} // namespace

std::string to_string(certificate_role role) {
  return role == certificate_role::head ? "head" : "node";
}

bool is_certificate_name(std::string_view name) {
  // It becomes part of names of files: none may be hidden, look like an option, or be another's key
  // or one of the authority's own.
  return !name.empty() && name.size() <= member_name_length_max && name.front() != '.' &&
         name.front() != '-' && name.front() != '_' && !name.ends_with("-key") && name != "ca" &&
         name != "revoked" && std::all_of(name.begin(), name.end(), is_name_character);
}

std::optional<certificate_facts> read_certificate(std::string_view pem) {
  const auto certificate = certificate_from(pem);
  return certificate ? facts_of(certificate.get()) : std::nullopt;
}

std::optional<certificate_facts> facts_of(const x509_st* certificate) {
  if (certificate == nullptr)
    return {};
  const auto member = member_of(certificate);
  const auto not_before = time_of(X509_get0_notBefore(certificate));
  const auto not_after = time_of(X509_get0_notAfter(certificate));
  std::optional<certificate_facts> facts;
  if (member && not_before && not_after)
    facts = certificate_facts{member->first,
                              member->second,
                              hexadecimal_of(X509_get0_serialNumber(certificate)),
                              fingerprint_of(certificate),
                              *not_before,
                              *not_after,
                              host_names_of(certificate)};
  forget_openssl_errors();
  return facts;
}

} // namespace lockstep
