// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/dial_options.hpp"
#include "actors/handshake/listener_callbacks.hpp"
#include "platform/tls/tls_context.hpp"

#include <tl/expected.hpp>

#include <memory>
#include <string>

namespace lockstep {

/// A connection that is authenticated, said hello to and accepted by both.
struct dialled {
  std::unique_ptr<tls_session> session;
  link_peer peer;
};

/// Dials a listener and exchanges hellos with it. Blocks for at most the limit. Thread-safe.
tl::expected<dialled, dial_failure> dial(const address& where, const tls_context& context,
                                         const hello& own, const dial_options& options = {});

/// Asks a listener for a certificate, with a token over a context that has a pinned authority, or
/// with the old certificate over a usual context. Blocks for at most the limit. Thread-safe.
tl::expected<enrol_answer, dial_failure> enrol(const address& where, const tls_context& context,
                                               const enrol_request& wanted,
                                               const dial_options& options = {});

} // namespace lockstep
