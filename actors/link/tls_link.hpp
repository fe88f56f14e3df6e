// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/tls/tls_session.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace lockstep {

/// A TLS connection that is authenticated, its hellos exchanged (see tls_listener.hpp and
/// dial.hpp), about to carry CAF's protocol.
struct tls_link {
  std::unique_ptr<tls_session> session;
  std::string name = {};    ///< of the other side, for people and for link_acceptor::cut(): "alpha"
  std::string address = {}; ///< of the other side, for people: "192.0.2.7:4711"
  /// A message that claims to be longer ends the link before memory is taken for it.
  std::size_t message_bytes_max = std::size_t{64} << 20U;
  /// Called once when an admitted link has ended, on CAF's network thread; may be empty. The
  /// sentence says what the other side did if we ended it for that; else it is empty.
  std::function<void(const std::string& why)> on_end{};
};

} // namespace lockstep
