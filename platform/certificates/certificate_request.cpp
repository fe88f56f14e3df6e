// SPDX-License-Identifier: BSD-3-Clause

#include "platform/certificates/certificate_request.hpp"

#include "platform/certificates/certificate.hpp"
#include "platform/certificates/pki_names.hpp"
#include "platform/openssl/sha256.hpp"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <memory>

namespace lockstep {

namespace {

std::string request_text(const std::string& name, EVP_PKEY* key) {
  if (!is_certificate_name(name))
    throw pki_failure(refused_name(name));
  const request_handle made{X509_REQ_new()};
  openssl_demand(made && X509_REQ_set_pubkey(made.get(), key) == 1 &&
                     X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(made.get()), "CN",
                                                MBSTRING_ASC,
                                                reinterpret_cast<const unsigned char*>(name.data()),
                                                static_cast<int>(name.size()), -1, 0) == 1 &&
                     X509_REQ_sign(made.get(), key, EVP_sha256()) > 0,
                 "making a certificate request");
  return pem_of(made.get());
}

/// The one common name; empty if there are none or several.
std::string name_of(X509_REQ* request) {
  const auto* subject = X509_REQ_get_subject_name(request);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
    return {};
  const auto* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// A curve that is spelt out would let its sender choose the curve.
bool is_on_p256(X509_REQ* request) {
  ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR* parameters = nullptr;
  if (X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, &parameters,
                             X509_REQ_get_X509_PUBKEY(request)) != 1 ||
      OBJ_obj2nid(algorithm) != NID_X9_62_id_ecPublicKey)
    return false;
  int type = V_ASN1_UNDEF;
  const void* curve = nullptr;
  X509_ALGOR_get0(nullptr, &type, &curve, parameters);
  return type == V_ASN1_OBJECT &&
         OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(curve)) == NID_X9_62_prime256v1;
}

} // namespace

pki_result<key_and_request> make_request(const std::string& name) {
  return attempt([&] {
    const auto key = make_key();
    return key_and_request{pem_of(key.get()), request_text(name, key.get())};
  });
}

pki_result<std::string> make_request(const std::string& name, std::string_view key) {
  return attempt([&] {
    const auto read = key_from(key);
    if (!read)
      throw pki_failure("The key of " + name + " is damaged.");
    return request_text(name, read.get());
  });
}

std::string digest_of(const request_facts& asked) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(asked.key.get(), &der);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> held{
      der, [](unsigned char* bytes) { OPENSSL_free(bytes); }};
  openssl_demand(size > 0, "writing a public key");
  std::string text = asked.name + '\n';
  text.append(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  return sha256_of(text);
}

request_facts read_request(std::string_view pem) {
  const auto request = pem.size() > request_bytes_max ? request_handle{} : request_from(pem);
  if (!request)
    throw pki_failure("This is no certificate request in PEM.");
  if (!is_on_p256(request.get()))
    throw pki_failure("The certificate request has a key that is not on the curve P-256.");
  auto* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr || X509_REQ_verify(request.get(), key) != 1) {
    forget_openssl_errors();
    throw pki_failure("The certificate request is not signed with its own key.");
  }
  auto name = name_of(request.get());
  if (!is_certificate_name(name))
    throw pki_failure(refused_name(name));
  return {std::move(name), key_handle{X509_REQ_get_pubkey(request.get())}};
}

} // namespace lockstep
