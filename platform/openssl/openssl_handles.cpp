// SPDX-License-Identifier: BSD-3-Clause

#include "platform/openssl/openssl_handles.hpp"

#include "platform/openssl/pki_result.hpp"
#include "platform/openssl/sha256.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <climits>
#include <span>
#include <vector>

namespace lockstep {

namespace {

/// Instead of OpenSSL's own, which asks on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

template <class Read>
auto read_pem(std::string_view pem, const Read& read) {
  openssl_handle<std::remove_pointer_t<decltype(read(nullptr))>> found;
  if (pem.size() <= INT_MAX) {
    const bio_handle text{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    if (text)
      found.reset(read(text.get()));
  }
  forget_openssl_errors();
  return found;
}

template <class Write>
std::string write_pem(const Write& write) {
  const bio_handle text{BIO_new(BIO_s_mem())};
  openssl_demand(text && write(text.get()) == 1, "writing PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

} // namespace

void openssl_free::operator()(bignum_st* object) const noexcept {
  BN_free(object);
}
void openssl_free::operator()(bio_st* object) const noexcept {
  BIO_free_all(object);
}
void openssl_free::operator()(evp_pkey_st* object) const noexcept {
  EVP_PKEY_free(object);
}
void openssl_free::operator()(x509_st* object) const noexcept {
  X509_free(object);
}
void openssl_free::operator()(X509_crl_st* object) const noexcept {
  X509_CRL_free(object);
}
void openssl_free::operator()(X509_req_st* object) const noexcept {
  X509_REQ_free(object);
}

certificate_handle certificate_from(std::string_view pem) {
  return read_pem(
      pem, [](BIO* text) { return PEM_read_bio_X509(text, nullptr, no_passphrase, nullptr); });
}

std::vector<certificate_handle> certificates_from(std::string_view pem) {
  std::vector<certificate_handle> found;
  const bio_handle text{
      pem.size() <= INT_MAX ? BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())) : nullptr};
  while (text) {
    certificate_handle one{PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr)};
    if (!one)
      break;
    found.push_back(std::move(one));
  }
  forget_openssl_errors();
  return found;
}

revocation_handle revocation_from(std::string_view pem) {
  return read_pem(
      pem, [](BIO* text) { return PEM_read_bio_X509_CRL(text, nullptr, no_passphrase, nullptr); });
}

request_handle request_from(std::string_view pem) {
  return read_pem(
      pem, [](BIO* text) { return PEM_read_bio_X509_REQ(text, nullptr, no_passphrase, nullptr); });
}

key_handle key_from(std::string_view pem) {
  return read_pem(pem, [](BIO* text) {
    return PEM_read_bio_PrivateKey(text, nullptr, no_passphrase, nullptr);
  });
}

std::string pem_of(x509_st* certificate) {
  return write_pem([&](BIO* text) { return PEM_write_bio_X509(text, certificate); });
}

std::string pem_of(X509_crl_st* list) {
  return write_pem([&](BIO* text) { return PEM_write_bio_X509_CRL(text, list); });
}

std::string pem_of(X509_req_st* request) {
  return write_pem([&](BIO* text) { return PEM_write_bio_X509_REQ(text, request); });
}

std::string pem_of(evp_pkey_st* key) {
  return write_pem([&](BIO* text) {
    return PEM_write_bio_PrivateKey(text, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

key_handle make_key() {
  key_handle key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  openssl_demand(key != nullptr, "making a key");
  return key;
}

std::string fingerprint_of(const x509_st* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  openssl_demand(X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1, "SHA-256");
  return in_hexadecimal(std::span{digest}.first(size));
}

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> drawn(bytes);
  openssl_demand(RAND_bytes(drawn.data(), static_cast<int>(bytes)) == 1, "drawing random bytes");
  return in_hexadecimal(drawn);
}

void openssl_demand(bool result, const char* what) {
  if (result)
    return;
  const auto code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  throw pki_failure(std::string{what} + " failed" +
                    (reason == nullptr ? "." : ": " + std::string{reason} + "."));
}

void forget_openssl_errors() {
  ERR_clear_error();
}

} // namespace lockstep
