// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/lingering_close.hpp"

#include "control/rpc/envelope.hpp"

#include <utility>

namespace lockstep::lingering_close {

namespace {

shared_line error_line(int code, std::string message, std::string hint) {
  return std::make_shared<const std::string>(
      error_text(nullptr, make_rpc_error(code, std::move(message), std::move(hint))));
}

} // namespace

shared_line line_too_long(std::size_t limit) {
  return error_line(rpc_code::invalid_request,
                    "Limit exceeded: a line may have at most " + std::to_string(limit) +
                        " bytes. This connection is closed.",
                    "End each request with a line feed, or send less at once.");
}

shared_line too_many_connections(std::size_t limit) {
  return error_line(rpc_code::limit_exceeded,
                    "Limit exceeded: there may be at most " + std::to_string(limit) +
                        " connections at once. This connection is closed.",
                    "Close connections that are no longer needed, or try again later.");
}

shared_line read_too_slowly(std::size_t limit) {
  const json params{{"why", "Lines for this connection were dropped because it reads too slowly: "
                            "more than " +
                                std::to_string(limit) + " bytes were waiting. It is closed."}};
  return std::make_shared<const std::string>(notification_text("dropped", params));
}

shared_line not_http() {
  return error_line(rpc_code::invalid_request,
                    "This is not HTTP: one JSON-RPC object is expected on each line. This "
                    "connection is closed.",
                    R"(Try: echo '{"jsonrpc":"2.0","id":1,"method":"system.describe"}' | nc -N )"
                    "HOST PORT");
}

shared_line tls_is_needed() {
  return error_line(
      rpc_code::unauthenticated, "This port speaks TLS only. This connection is closed.",
      "Use `control --ca FILE --token-file FILE`, or any TLS client: openssl s_client "
      "-quiet -no_ign_eof -CAfile FILE -connect HOST:PORT");
}

shared_line no_tls_here() {
  return error_line(rpc_code::invalid_request,
                    "This port does not speak TLS: one JSON-RPC object is expected on each line. "
                    "This connection is closed.",
                    "`control serve --tls` switches TLS on.");
}

shared_line not_authenticated_in_time(std::chrono::milliseconds limit) {
  return error_line(rpc_code::unauthenticated,
                    "No token came within " + std::to_string(limit.count()) +
                        " ms. This connection is closed.",
                    "Call session.authenticate with a token first.");
}

} // namespace lockstep::lingering_close

namespace lockstep {

bool looks_like_http(std::string_view first_line) {
  const bool capital = !first_line.empty() && first_line[0] >= 'A' && first_line[0] <= 'Z';
  return capital && first_line.find(" HTTP/") != std::string_view::npos;
}

bool looks_like_tls(char first_byte) {
  constexpr char handshake_record = 0x16;
  return first_byte == handshake_record;
}

} // namespace lockstep
