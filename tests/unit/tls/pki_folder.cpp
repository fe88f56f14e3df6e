// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/tls/pki_folder.hpp"

#include "platform/openssl/openssl_handles.hpp"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

namespace lockstep::test {

std::string verified(const std::string& authority, const std::string& revocation,
                     const std::string& certificate, time_point when, bool as_server) {
  const auto root = certificate_from(authority);
  const auto list = revocation_from(revocation);
  const auto member = certificate_from(certificate);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store{X509_STORE_new(),
                                                                      &X509_STORE_free};
  X509_STORE_add_cert(store.get(), root.get());
  X509_STORE_add_crl(store.get(), list.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context{
      X509_STORE_CTX_new(), &X509_STORE_CTX_free};
  X509_STORE_CTX_init(context.get(), store.get(), member.get(), nullptr);
  auto* wanted = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_time(wanted, std::chrono::system_clock::to_time_t(when));
  X509_VERIFY_PARAM_set_purpose(wanted,
                                as_server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
  X509_verify_cert(context.get());
  const auto reason = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  forget_openssl_errors();
  return reason;
}

} // namespace lockstep::test
