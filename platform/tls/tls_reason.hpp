// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

/// OpenSSL's own type, so that no header of ours includes OpenSSL's.
struct ssl_st;

namespace lockstep {

/// What OpenSSL's error queue says of the call that has just failed on this connection, as a
/// sentence without its full stop. Empties the queue.
std::string tls_reason(const ssl_st* connection);

} // namespace lockstep
