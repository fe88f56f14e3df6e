// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tls/tls_session.hpp"

#include "platform/openssl/openssl_handles.hpp"
#include "platform/tls/socket_bio.hpp"
#include "platform/tls/tls_reason.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace lockstep {

namespace {

/// One key of AES-GCM is good for 2^24.5 full records, some 388 GB; OpenSSL does not change it by
/// itself.
constexpr std::uint64_t bytes_of_key = std::uint64_t{64} << 30U;

} // namespace

tls_session::tls_session(ssl_st* made, unique_descriptor socket)
    : ssl_(made), descriptor_(socket.get()), socket_(std::move(socket)) {
  auto* bio = make_socket_bio(descriptor_);
  SSL_set_bio(ssl_, bio, bio);
  if (SSL_set_app_data(ssl_, &why_) != 1) // where the check of the certificate leaves its sentence
    throw std::bad_alloc{};
}

tls_session::~tls_session() {
  SSL_free(ssl_);
}

tls_session::outcome tls_session::handshake() {
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_);
  if (result != 1)
    return outcome_of(result);
  established_ = true;
  note_peer();
  return outcome::done;
}

tls_session::transfer tls_session::read(std::span<std::byte> into) {
  const auto wanted = std::min(into.size(), transfer_bytes_max);
  std::size_t got = 0;
  while (got < wanted) {
    std::size_t more = 0;
    ERR_clear_error();
    errno = 0;
    const int result = SSL_read_ex(ssl_, into.data() + got, wanted - got, &more);
    if (result != 1) {
      const auto how = outcome_of(result);
      return got == 0 ? transfer{how, 0} : transfer{outcome::done, got};
    }
    got += more;
  }
  return {outcome::done, got};
}

tls_session::transfer tls_session::write(std::span<const std::byte> from) {
  std::size_t sent = 0;
  while (sent < from.size() && sent < transfer_bytes_max) {
    if (!renew_key())
      return sent == 0 ? transfer{outcome::failed, 0} : transfer{outcome::done, sent};
    std::size_t more = 0;
    ERR_clear_error();
    errno = 0;
    // To the end, not to transfer_bytes_max: a write that is repeated must not be shorter.
    const int result = SSL_write_ex(ssl_, from.data() + sent, from.size() - sent, &more);
    write_pending_ = result != 1;
    if (result != 1) {
      const auto how = outcome_of(result);
      return sent == 0 ? transfer{how, 0} : transfer{outcome::done, sent};
    }
    sent += more;
    written_since_key_ += more;
  }
  return {outcome::done, sent};
}

std::size_t tls_session::pending() const {
  return static_cast<std::size_t>(SSL_pending(ssl_));
}

void tls_session::say_goodbye() {
  if (!established_ || write_pending_ || !why_.empty())
    return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

bool tls_session::renew_key() {
  if (written_since_key_ < bytes_of_key || write_pending_ || SSL_version(ssl_) != TLS1_3_VERSION)
    return true;
  ERR_clear_error();
  // Goes out before the next bytes.
  if (SSL_key_update(ssl_, SSL_KEY_UPDATE_NOT_REQUESTED) != 1) {
    why_ = "its key is worn out and cannot be renewed";
    return false;
  }
  written_since_key_ = 0;
  return true;
}

void tls_session::note_peer() {
  peer_ = facts_of(SSL_get0_peer_certificate(ssl_));
  const auto* chain = SSL_get0_verified_chain(ssl_);
  const int length = chain == nullptr ? 0 : sk_X509_num(chain);
  if (length > 0)
    authority_ = fingerprint_of(sk_X509_value(chain, length - 1));
}

void tls_session::note_lost_line(int number) {
  if (!why_.empty())
    return;
  line_lost_ = true;
  why_ = number == 0 ? "the connection ended without a goodbye"
                     : std::string{"the connection broke: "} + std::strerror(number);
}

tls_session::outcome tls_session::outcome_of(int result) {
  const int number = errno;
  switch (SSL_get_error(ssl_, result)) {
  case SSL_ERROR_WANT_READ:
    return outcome::wants_read;
  case SSL_ERROR_WANT_WRITE:
    return outcome::wants_write;
  case SSL_ERROR_ZERO_RETURN:
    return outcome::closed;
  case SSL_ERROR_SYSCALL:
    note_lost_line(number);
    break;
  default:
    // Says more than a broken line that was noticed before: an alert that was still to be read.
    if (auto reason = tls_reason(ssl_); why_.empty() || line_lost_) {
      why_ = std::move(reason);
      line_lost_ = false;
    }
  }
  ERR_clear_error();
  return outcome::failed;
}

} // namespace lockstep
