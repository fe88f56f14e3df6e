// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

/// The two interfaces between what carries lines (TCP now, others beside it) and what they mean.

namespace lockstep {

/// One connection of a carrier, never used again for another one.
struct connection_id {
  std::uint64_t value = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): an error of clang-tidy 14
  friend auto operator<=>(const connection_id&, const connection_id&) = default;
};

/// Why a carrier cannot start: a sentence that says what to do.
class carrier_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// A line on its way out, without an end of line; shared, so that one event for a thousand
/// connections exists once.
using shared_line = std::shared_ptr<const std::string>;

/// Who is at the other end of a connection, as far as a carrier can tell.
struct connection_peer {
  std::string address;       ///< for people: "127.0.0.1:40112"
  std::optional<uid_t> user; ///< of a peer on this machine, where it is certain
  bool encrypted = false;    ///< the connection goes through TLS
};

/// Takes what a carrier brings. Called on the carrier's thread only, so be quick, and do not
/// throw. May call the carrier's send() and close(). For each connection: opened() once, then any
/// number of lines, ended() at most once, and closed() once as the last.
class line_handler {
public:
  virtual ~line_handler() = default;

  /// A peer that is not known, and may be anyone: it stays an unauthenticated peer, who is allowed
  /// little and not for long, until the handler calls trust(), now or later.
  virtual void opened(connection_id connection, connection_peer peer) = 0;

  /// One line, without its end and never empty.
  virtual void line(connection_id connection, std::string text) = 0;

  /// The peer has sent its last line, but it may still read (`echo … | nc -N`). The handler calls
  /// close() once it has sent all that it owes; until then the connection stays open.
  virtual void ended(connection_id connection) = 0;

  /// The connection is gone. What is sent to it from now on is ignored.
  virtual void closed(connection_id connection) = 0;

  /// A connection was closed by the carrier itself, opened or not: `why` is a sentence about a
  /// limit, a handshake that failed, or bytes that are no TLS.
  virtual void refused(const connection_peer& peer, const std::string& why) = 0;
};

/// Carries lines to connections. All members may be called from any thread.
class carrier {
public:
  virtual ~carrier() = default;

  /// Sends a line. Never blocks: what the peer does not take at once waits in a queue, and a peer
  /// that lets too much wait is told, and closed.
  virtual void send(connection_id connection, shared_line line) = 0;

  /// Gives a connection the limits of one whose peer is known.
  virtual void trust(connection_id connection) = 0;

  /// Closes after all that was sent before has gone out. Nothing more is read.
  virtual void close(connection_id connection) = 0;

  /// Takes no new connection, closes all as close() does, waits for that a limited time, and ends
  /// the carrier's thread. Returns when all that is done (on the carrier's own thread: at once).
  virtual void stop() = 0;
};

} // namespace lockstep

template <>
struct std::hash<lockstep::connection_id> {
  std::size_t operator()(lockstep::connection_id id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
