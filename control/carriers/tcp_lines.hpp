#pragma once

#include "control/carriers/carrier.hpp"
#include "platform/network/address.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace lockstep {

class tcp_server;
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
  std::size_t strangers = 256;                      ///< at once; one more ends the oldest of them
  std::size_t stranger_line_bytes = 4'096;          ///< of one line
  std::chrono::milliseconds stranger_limit{10'000}; ///< to become trusted
};

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
