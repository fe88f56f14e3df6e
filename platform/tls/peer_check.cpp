// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tls/peer_check.hpp"

#include "platform/openssl/openssl_handles.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <new>

namespace lockstep {

namespace {

void forget_demand(void*, void* demand, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<tls_demand*>(demand);
}

int demand_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, forget_demand);
  return index;
}

SSL* connection_of(X509_STORE_CTX* check) {
  return static_cast<SSL*>(X509_STORE_CTX_get_ex_data(check, SSL_get_ex_data_X509_STORE_CTX_idx()));
}

const tls_demand& demand_of(X509_STORE_CTX* check) {
  return *static_cast<const tls_demand*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection_of(check)), demand_index()));
}

int refuse(X509_STORE_CTX* check, int error, const std::string& why) {
  auto& sentence = *static_cast<std::string*>(SSL_get_app_data(connection_of(check)));
  sentence = "the other side's certificate is refused: " + why;
  X509_STORE_CTX_set_error(check, error);
  return 0;
}

/// The last word on the peer's own certificate: is it one of Lockstep's, and in the right role?
int check_role(X509_STORE_CTX* check) {
  const auto facts = facts_of(X509_STORE_CTX_get_current_cert(check));
  const auto& demand = demand_of(check);
  if (!facts)
    return refuse(check, X509_V_ERR_APPLICATION_VERIFICATION, "it names no head and no node");
  if (demand.role && facts->role != *demand.role)
    return refuse(check, X509_V_ERR_APPLICATION_VERIFICATION,
                  "it is that of " + to_string(facts->role) + " " + facts->name + ", not of a " +
                      to_string(*demand.role));
  return 1;
}

/// OpenSSL asks after each certificate of the chain, the peer's own last.
int on_step(int good, X509_STORE_CTX* check) {
  const int error = X509_STORE_CTX_get_error(check);
  // A revocation list is a file of ours. It gets no fresher by letting nobody in.
  if (good == 0 && error == X509_V_ERR_CRL_HAS_EXPIRED) {
    X509_STORE_CTX_set_error(check, X509_V_OK);
    return 1;
  }
  if (good == 0)
    return refuse(check, error, X509_verify_cert_error_string(error));
  return X509_STORE_CTX_get_error_depth(check) == 0 ? check_role(check) : 1;
}

/// Trusts, among the certificates that the other side showed, the one with the pinned fingerprint.
int verify_pinned(X509_STORE_CTX* check, void*) {
  const auto& pinned = demand_of(check).pinned_authority;
  auto* shown = X509_STORE_CTX_get0_untrusted(check);
  const int count = shown == nullptr ? 0 : sk_X509_num(shown);
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> trusted{
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }};
  for (int i = 0; trusted && i < count; ++i)
    if (auto* one = sk_X509_value(shown, i); fingerprint_of(one) == pinned)
      sk_X509_push(trusted.get(), one);
  if (!trusted || sk_X509_num(trusted.get()) == 0)
    return refuse(check, X509_V_ERR_CERT_UNTRUSTED,
                  "its authority is not the one whose fingerprint is in the token");
  X509_STORE_CTX_set0_trusted_stack(check, trusted.get());
  return X509_verify_cert(check) == 1 ? 1 : 0;
}

} // namespace

void check_peers(ssl_ctx_st* context, const tls_demand& demand) {
  auto kept = std::make_unique<tls_demand>(demand);
  if (SSL_CTX_set_ex_data(context, demand_index(), kept.get()) != 1)
    throw std::bad_alloc{};
  (void)kept.release(); // forget_demand
  const int mode =
      SSL_VERIFY_PEER | (demand.without_certificate ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
  SSL_CTX_set_verify(context, mode, on_step);
  if (!demand.pinned_authority.empty())
    SSL_CTX_set_cert_verify_callback(context, verify_pinned, nullptr);
}

} // namespace lockstep
