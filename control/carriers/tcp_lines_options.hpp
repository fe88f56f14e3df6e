// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace lockstep {

class tls_context;

struct tcp_lines_options {
  address listen{"127.0.0.1", 8050};              ///< port 0: any that is free
  std::size_t line_bytes = std::size_t{4} << 20U; ///< of one line from a client
  std::size_t connections = 2'000;                ///< at once
  std::size_t refused_at_once = 64; ///< that are told of it; more are closed without a word
  std::size_t waiting_bytes = std::size_t{64} << 20U; ///< that a slow reader lets pile up
  std::chrono::milliseconds linger{2'000};            ///< for a peer that takes nothing more

  /// None for plain lines, which never leave this machine.
  std::shared_ptr<const tls_context> tls;
  std::chrono::milliseconds handshake_limit{5'000};

  // Of connections that are not trusted yet (line_handler::opened), handshakes among them.
  std::size_t unauthenticated = 256;              ///< at once; one more ends the oldest of them
  std::size_t unauthenticated_line_bytes = 4'096; ///< of one line
  std::chrono::milliseconds unauthenticated_limit{10'000}; ///< to become trusted
};

} // namespace lockstep
