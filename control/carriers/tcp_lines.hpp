// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/carrier.hpp"
#include "control/carriers/tcp_lines_options.hpp"

#include <memory>

namespace lockstep {

class tcp_server;

/// Carries lines over TCP, on a thread of its own. A line ends with "\n"; "\r\n" is accepted.
///
/// A client that breaks a limit gets one last line that says so and is closed; nobody else
/// notices. What it gets are JSON-RPC errors, and the notification "dropped" if it reads too
/// slowly. A browser that is made to send HTTP here is closed at its first line, so that a web
/// page cannot smuggle requests in. With TLS, plain bytes get one plain line that says so.
///
/// Handshakes are made on the carrier's thread; a connection is announced once its own is done.
class tcp_lines final : public carrier {
public:
  /// Listens at once. `handler` must live until stop() has returned.
  /// @throws carrier_error if the address is not on loopback and there is no TLS, if it cannot be
  /// resolved, or cannot be listened on
  tcp_lines(tcp_lines_options options, line_handler& handler);

  /// Stops.
  ~tcp_lines() override;

  tcp_lines(const tcp_lines&) = delete;
  tcp_lines& operator=(const tcp_lines&) = delete;

  /// Where it listens, with the real port.
  address listening() const;

  /// Connections that come from now on get these certificates; those that are there keep theirs.
  /// Only where TLS is on already. Any thread.
  void renew(std::shared_ptr<const tls_context> tls);

  void send(connection_id connection, shared_line line) override;
  void trust(connection_id connection) override;
  void close(connection_id connection) override;
  void stop() override;

private:
  std::unique_ptr<tcp_server> server_;
};

} // namespace lockstep
