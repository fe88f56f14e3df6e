// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/link/test_authority.hpp"

#include "platform/openssl/openssl_handles.hpp"

#include <gtest/gtest.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace lockstep::test {

namespace {

void demand(bool good, const char* what) {
  if (!good)
    throw std::runtime_error(what);
}

EVP_PKEY* make_key() {
  auto* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  demand(key != nullptr, "no key");
  return key;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  demand(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void name_it(X509_NAME* name, const std::string& text) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
}

X509* make_certificate(EVP_PKEY* key, const std::string& name, long serial,
                       const test_authority::wishes& wanted) {
  auto* made = X509_new();
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  X509_gmtime_adj(X509_getm_notBefore(made), wanted.from.count());
  X509_gmtime_adj(X509_getm_notAfter(made), wanted.to.count());
  X509_set_pubkey(made, key);
  name_it(X509_get_subject_name(made), name);
  return made;
}

template <class Write>
void write_file(const std::string& name, const Write& write) {
  auto* file = std::fopen(name.c_str(), "we");
  demand(file != nullptr, name.c_str());
  write(file);
  std::fclose(file);
}

std::filesystem::path make_folder() {
  auto text = (std::filesystem::temp_directory_path() / "lockstep-authority-XXXXXX").string();
  demand(::mkdtemp(text.data()) != nullptr, "no folder");
  return text;
}

} // namespace

test_authority::test_authority() : folder_(make_folder()), key_(make_key()) {
  certificate_ = make_certificate(key_, "authority", 1, {});
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  add_extension(certificate_, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate_, key_, EVP_sha256());
  write_file(file("authority.pem"), [&](auto* to) { PEM_write_X509(to, certificate_); });
}

test_authority::~test_authority() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string test_authority::file(const std::string& name) const {
  return (folder_ / name).string();
}

std::string test_authority::fingerprint() const {
  return fingerprint_of(certificate_);
}

tls_files test_authority::issue(certificate_role role, const std::string& name,
                                const wishes& wanted) {
  auto* key = make_key();
  auto* made = make_certificate(key, name, next_serial_++, wanted);
  X509_set_issuer_name(made, X509_get_subject_name(certificate_));
  const auto usual = "urn:lockstep:" + to_string(role) + ":" + name;
  add_extension(made, NID_subject_alt_name, "URI:" + (wanted.uri.empty() ? usual : wanted.uri));
  X509_sign(made, key_, EVP_sha256());
  tls_files files{file("authority.pem"), file(name + ".pem"), file(name + "-key.pem"),
                  file("revoked.pem")};
  write_file(files.certificate, [&](auto* to) {
    PEM_write_X509(to, made);
    PEM_write_X509(to, certificate_);
  });
  write_file(files.key, [&](auto* to) {
    PEM_write_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  X509_free(made);
  EVP_PKEY_free(key);
  return files;
}

void test_authority::revoke(const std::vector<std::string>& serials) {
  auto* list = X509_CRL_new();
  X509_CRL_set_version(list, X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate_));
  auto* now = X509_gmtime_adj(nullptr, -60);
  X509_CRL_set1_lastUpdate(list, now);
  auto* later = X509_gmtime_adj(nullptr, 3'600);
  X509_CRL_set1_nextUpdate(list, later);
  for (const auto& serial : serials) {
    BIGNUM* number = nullptr;
    BN_hex2bn(&number, serial.c_str());
    auto* revoked = X509_REVOKED_new();
    auto* written = BN_to_ASN1_INTEGER(number, nullptr);
    X509_REVOKED_set_serialNumber(revoked, written);
    X509_REVOKED_set_revocationDate(revoked, now);
    X509_CRL_add0_revoked(list, revoked);
    ASN1_INTEGER_free(written);
    BN_free(number);
  }
  X509_CRL_sort(list);
  X509_CRL_sign(list, key_, EVP_sha256());
  write_file(file("revoked.pem"), [&](auto* to) { PEM_write_X509_CRL(to, list); });
  ASN1_TIME_free(now);
  ASN1_TIME_free(later);
  X509_CRL_free(list);
}

std::shared_ptr<const tls_context> load_or_fail(const tls_files& files, const tls_demand& wanted) {
  auto loaded = tls_context::load(files, wanted);
  if (!loaded) {
    ADD_FAILURE() << loaded.error();
    throw std::runtime_error(loaded.error());
  }
  return *loaded;
}

} // namespace lockstep::test
