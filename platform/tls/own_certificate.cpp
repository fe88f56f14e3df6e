// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tls/own_certificate.hpp"

#include "platform/openssl/openssl_handles.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace lockstep {

namespace {

template <class T>
using handle = std::unique_ptr<T, void (*)(T*)>;

using file_handle = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Thrown inside this file only.
struct wrong_file {
  std::string why;
};

file_handle open_file(const std::string& name, const char* what) {
  file_handle file{name.empty() ? nullptr : std::fopen(name.c_str(), "re"), &std::fclose};
  if (name.empty())
    throw wrong_file{std::string{"no file is named for "} + what};
  if (!file)
    throw wrong_file{std::string{what} + " \"" + name +
                     "\" cannot be read: " + std::strerror(errno)};
  return file;
}

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw wrong_file{"\"" + name + "\" " + why};
}

std::vector<handle<X509>> read_certificates(const std::string& name, const char* what) {
  const auto file = open_file(name, what);
  std::vector<handle<X509>> found;
  while (auto* one = PEM_read_X509(file.get(), nullptr, nullptr, nullptr))
    found.emplace_back(one, &X509_free);
  ERR_clear_error();
  if (found.empty())
    refuse(name, "holds no certificate in PEM");
  return found;
}

void trust(SSL_CTX* context, const std::vector<handle<X509>>& authorities) {
  auto* store = SSL_CTX_get_cert_store(context);
  for (const auto& one : authorities) {
    openssl_demand(X509_STORE_add_cert(store, one.get()) == 1 &&
                       SSL_CTX_add_client_CA(context, one.get()) == 1,
                   "trusting an authority");
  }
}

bool signed_by_one_of(X509_CRL* list, const std::vector<handle<X509>>& authorities) {
  for (const auto& one : authorities)
    if (X509_CRL_verify(list, X509_get0_pubkey(one.get())) == 1)
      return true;
  return false;
}

/// A list that is not there revokes nothing; one that is there must be right.
void take_revocation(SSL_CTX* context, const std::string& name,
                     const std::vector<handle<X509>>& authorities) {
  const file_handle file{name.empty() ? nullptr : std::fopen(name.c_str(), "re"), &std::fclose};
  if (!file && (name.empty() || errno == ENOENT))
    return;
  if (!file)
    refuse(name, std::string{"cannot be read: "} + std::strerror(errno));
  const handle<X509_CRL> list{PEM_read_X509_CRL(file.get(), nullptr, nullptr, nullptr),
                              &X509_CRL_free};
  if (!list)
    refuse(name, "holds no revocation list in PEM");
  if (!signed_by_one_of(list.get(), authorities))
    refuse(name, "is the revocation list of another authority");
  auto* store = SSL_CTX_get_cert_store(context);
  openssl_demand(X509_STORE_add_crl(store, list.get()) == 1 &&
                     X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK) == 1,
                 "using a revocation list");
}

/// Ours first, then those that signed it. The authority's own goes out too: a machine that joins by
/// token knows its fingerprint only.
void use_certificates(SSL_CTX* context, const tls_files& files,
                      const std::vector<handle<X509>>& ours,
                      const std::vector<handle<X509>>& authorities) {
  if (SSL_CTX_use_certificate(context, ours.front().get()) != 1)
    refuse(files.certificate, "holds a certificate that OpenSSL does not take");
  const auto add = [context](const handle<X509>& one) {
    openssl_demand(SSL_CTX_add1_chain_cert(context, one.get()) == 1, "showing a certificate");
  };
  for (std::size_t i = 1; i < ours.size(); ++i)
    add(ours[i]);
  if (ours.size() == 1)
    std::ranges::for_each(authorities, add);
}

void use_key(SSL_CTX* context, const tls_files& files) {
  (void)open_file(files.key, "the key");
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) == 1)
    return;
  if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH)
    refuse(files.key, "does not belong to the certificate \"" + files.certificate + "\"");
  refuse(files.key, "holds no private key without a passphrase in PEM");
}

/// As the other side will check it.
void check_own(SSL_CTX* context, const tls_files& files, X509* own) {
  const handle<X509_STORE_CTX> check{X509_STORE_CTX_new(), &X509_STORE_CTX_free};
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  if (!check || X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context), own, chain) != 1)
    refuse(files.certificate, "cannot be checked");
  X509_STORE_CTX_set_verify_cb(check.get(), [](int good, X509_STORE_CTX* step) {
    return X509_STORE_CTX_get_error(step) == X509_V_ERR_CRL_HAS_EXPIRED ? 1 : good;
  });
  if (X509_verify_cert(check.get()) != 1)
    refuse(files.certificate,
           std::string{"is not valid under the authority \""} + files.authority +
               "\": " + X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get())));
}

std::optional<certificate_facts> load(SSL_CTX* context, const tls_files& files) {
  const auto authorities = read_certificates(files.authority, "the authority's certificate");
  if (files.certificate.empty() && files.key.empty()) {
    trust(context, authorities);
    take_revocation(context, files.revocation, authorities);
    return std::nullopt;
  }
  const auto ours = read_certificates(files.certificate, "the certificate");
  auto facts = facts_of(ours.front().get());
  if (!facts)
    refuse(files.certificate, "names no head and no node of Lockstep");
  trust(context, authorities);
  take_revocation(context, files.revocation, authorities);
  use_certificates(context, files, ours, authorities);
  use_key(context, files);
  check_own(context, files, ours.front().get());
  return facts;
}

} // namespace

tl::expected<std::optional<certificate_facts>, std::string>
load_own_certificate(ssl_ctx_st* context, const tls_files& files) {
  try {
    return load(context, files);
  } catch (wrong_file& wrong) {
    return tl::unexpected(std::move(wrong.why));
  }
}

} // namespace lockstep
