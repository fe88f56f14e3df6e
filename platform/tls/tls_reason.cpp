// SPDX-License-Identifier: BSD-3-Clause

#include "platform/tls/tls_reason.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace lockstep {

namespace {

/// OpenSSL's words for what happens between machines that do not belong together say little to
/// people.
const char* sentence_for(int reason) {
  switch (reason) {
  case SSL_R_WRONG_VERSION_NUMBER:
  case SSL_R_HTTP_REQUEST:
  case SSL_R_HTTPS_PROXY_REQUEST:
  case SSL_R_BAD_RECORD_TYPE:
    return "what came from the other side is not TLS";
  case SSL_R_UNSUPPORTED_PROTOCOL:
  case SSL_R_NO_PROTOCOLS_AVAILABLE:
  case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    return "the two sides share no version of TLS; 1.3 is asked for unless an option says "
           "otherwise";
  case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    return "the other side showed no certificate";
  case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    return "the other side wants a certificate, and there is none here";
  case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
  case SSL_R_TLSV1_ALERT_DECRYPT_ERROR: // an authority of the same name, but another key
    return "the other side does not know the authority of our certificate: it belongs to another "
           "cluster";
  case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    return "the other side says that our certificate has expired";
  case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    return "the other side says that our certificate was revoked";
  case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
  case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
  case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    return "the other side refuses our certificate";
  case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    return "the other side refuses us: our certificate may be for the other role (head or node)";
  case SSL_R_UNEXPECTED_EOF_WHILE_READING:
    return "the connection ended without a goodbye";
  default:
    return nullptr;
  }
}

} // namespace

std::string tls_reason(const ssl_st* connection) {
  const auto error = ERR_peek_error();
  const int reason = ERR_GET_REASON(error);
  std::string text;
  const long verified = SSL_get_verify_result(connection);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK)
    text = std::string{"the other side's certificate is refused: "} +
           X509_verify_cert_error_string(verified);
  else if (const auto* known = ERR_GET_LIB(error) == ERR_LIB_SSL ? sentence_for(reason) : nullptr)
    text = known;
  else if (const auto* theirs = ERR_reason_error_string(error))
    text = std::string{"TLS failed: "} + theirs;
  else
    text = "TLS failed";
  ERR_clear_error();
  return text;
}

} // namespace lockstep
