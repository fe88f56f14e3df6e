// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"
#include "platform/process/unique_descriptor.hpp"
#include "platform/tls/tls_context.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace lockstep::test {

/// An unauthenticated peer's socket, connected to a port of 127.0.0.1; empty if it cannot be.
unique_descriptor connect_raw(const address& where);

/// Writes all of it, as far as the other side reads. False when it has hung up.
bool send_raw(int socket, std::string_view bytes);

/// Whether the other side ends the connection in time, whatever it says before.
bool is_ended(int socket, std::chrono::milliseconds limit);

/// A TLS session over a new connection, its handshake done; null if that fails.
std::unique_ptr<tls_session> connect_tls(const address& where, const tls_context& context);

/// Writes all of it; false when the other side has hung up.
bool send_all(tls_session& session, std::string_view bytes);

/// Whether the other side ends the session in time, whatever it says before.
bool is_ended(tls_session& session, std::chrono::milliseconds limit);

/// Four bytes of length, and the text.
std::string framed(std::string_view text);

} // namespace lockstep::test
