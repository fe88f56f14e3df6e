// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/carrier.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

/// The last lines that a client gets which breaks a limit of a carrier. They are JSON-RPC, as all
/// that it gets is.

namespace lockstep::lingering_close {

shared_line line_too_long(std::size_t limit);
shared_line too_many_connections(std::size_t limit);
shared_line read_too_slowly(std::size_t limit);
shared_line not_http();
shared_line tls_is_needed();
shared_line no_tls_here();
shared_line not_authenticated_in_time(std::chrono::milliseconds limit);

} // namespace lockstep::lingering_close

namespace lockstep {

/// Whether a connection's first line is that of an HTTP request. No JSON begins with a capital
/// letter.
bool looks_like_http(std::string_view first_line);

/// Whether a connection begins with TLS: all of that begins with a record of the type "handshake".
bool looks_like_tls(char first_byte);

} // namespace lockstep
