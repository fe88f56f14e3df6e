// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tls/tls_context.hpp"

#include "platform/openssl/openssl_handles.hpp"
#include "platform/openssl/pki_result.hpp"
#include "platform/tls/own_certificate.hpp"
#include "platform/tls/peer_check.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>
#include <string_view>
#include <utility>

namespace lockstep {

namespace {

/// Ours has three certificates of some 600 bytes.
constexpr long peer_chain_bytes_max = 32 << 10;
constexpr int peer_chain_length_max = 4;

void set_protocol(ssl_ctx_st* context, tls_oldest oldest) {
  const int least = oldest == tls_oldest::version_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  openssl_demand(SSL_CTX_set_min_proto_version(context, least) == 1, "choosing a TLS version");
  // Of 1.2; 1.3 has no weak ones.
  openssl_demand(SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1,
                 "choosing the ciphers of TLS");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  openssl_demand(SSL_CTX_set_num_tickets(context, 0) == 1, "switching TLS tickets off");
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

void set_manner(ssl_ctx_st* context) {
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_max_cert_list(context, peer_chain_bytes_max);
  SSL_CTX_set_verify_depth(context, peer_chain_length_max);
  // Never ask on the terminal for a passphrase.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
}

std::unique_ptr<tls_session> begin(ssl_ctx_st* context, unique_descriptor socket,
                                   void (*take_side)(SSL*)) {
  ERR_clear_error();
  auto* connection = SSL_new(context);
  if (connection == nullptr)
    throw std::bad_alloc{};
  take_side(connection);
  return std::make_unique<tls_session>(connection, std::move(socket));
}

} // namespace

tl::expected<std::shared_ptr<const tls_context>, std::string>
tls_context::load(const tls_files& files, const tls_demand& demand) try {
  ERR_clear_error();
  auto* native = SSL_CTX_new(TLS_method());
  if (native == nullptr)
    throw std::bad_alloc{};
  const std::shared_ptr<tls_context> made{new tls_context(native)};
  set_protocol(native, demand.oldest);
  set_manner(native);
  check_peers(native, demand);
  if (!files.authority.empty() || !files.certificate.empty() || demand.pinned_authority.empty()) {
    auto found = load_own_certificate(native, files);
    ERR_clear_error();
    if (!found)
      return tl::unexpected(std::move(found.error()));
    made->own_ = *std::move(found);
  }
  return std::shared_ptr<const tls_context>{made};
} catch (const pki_failure& failed) { // of OpenSSL itself
  ERR_clear_error();
  return tl::unexpected(std::string{failed.what()});
}

tls_context::~tls_context() {
  SSL_CTX_free(context_);
}

std::unique_ptr<tls_session> tls_context::accept(unique_descriptor socket) const {
  return begin(context_, std::move(socket), SSL_set_accept_state);
}

std::unique_ptr<tls_session> tls_context::connect(unique_descriptor socket) const {
  return begin(context_, std::move(socket), SSL_set_connect_state);
}

} // namespace lockstep
