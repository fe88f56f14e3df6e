// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/tls/tls_options.hpp"

namespace lockstep {

/// Makes the demand part of OpenSSL's handshake, so that a peer that does not meet it never gets
/// past it. Throws std::bad_alloc.
void check_peers(ssl_ctx_st* context, const tls_demand& demand);

} // namespace lockstep
