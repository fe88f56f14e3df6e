// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/carrier.hpp"
#include "control/carriers/tcp/connection_waits.hpp"
#include "control/carriers/tcp/guarded_stream.hpp"
#include "control/carriers/tcp/line_intake.hpp"
#include "control/carriers/tcp/tls_entry.hpp"
#include "control/carriers/tcp_lines_options.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace lockstep {

class tcp_connection;

/// What a connection needs of the server that it belongs to. Called on the Asio thread.
class tcp_connection_owner {
public:
  virtual ~tcp_connection_owner() = default;
  /// It can carry lines: the handshake, if there is one, is over.
  virtual void on_opened(const tcp_connection& connection) = 0;
  virtual void on_trusted(const tcp_connection& connection) = 0;
  virtual void on_line(connection_id connection, std::string text) = 0;
  virtual void on_ended(connection_id connection) = 0;
  virtual void on_refused(const tcp_connection& connection, const std::string& why) = 0;
  virtual void on_gone(const tcp_connection& connection) = 0;
  /// Read into by one connection at a time, so that an idle one needs no buffer.
  virtual std::span<char> read_buffer() = 0;
};

/// One TCP connection of tcp_lines: waits for its socket, and tells the owner what comes.
///
/// How near its end it is says its guarded_stream, which any thread may use, and which asks for
/// what only the Asio thread may do. Everything else belongs to the Asio thread. What it does once
/// it can read depends on that state:
///
///   open ──► the tls_entry, until that is over, then lines
///   flushing, shut ──► the peer's bytes are drained
///
/// It is gone once the peer has nothing on its way any more, by an error, or with a peer that takes
/// nothing for `linger`.
class tcp_connection : public std::enable_shared_from_this<tcp_connection> {
public:
  using waits = connection_waits<tcp_connection>;
  using executor = waits::executor;
  using socket = waits::socket;

  /// `tls`: none for plain lines.
  tcp_connection(socket opened, connection_id id, connection_peer peer,
                 std::shared_ptr<const tls_context> tls, const tcp_lines_options& options,
                 tcp_connection_owner& owner);
  ~tcp_connection();

  connection_id id() const noexcept { return id_; }
  const connection_peer& peer() const noexcept { return peer_; }

  /// Whether the handler knows of it: never of a refused connection. On the Asio thread.
  bool is_announced() const noexcept { return announced_; }

  /// Begins to read. On the Asio thread.
  void start();

  /// Sends a last line and closes; it is never announced. On the Asio thread.
  void refuse(shared_line last);

  /// Any thread.
  void send(shared_line line);
  void trust();
  void close();

  /// Ends it at once. On the Asio thread.
  void abort();

  /// As abort(), of one that is still an unauthenticated peer.
  void give_up(const std::string& why);

private:
  using state = guarded_stream::state;

  // On the Asio thread: life and waiting.
  void open();
  void meet(guarded_stream::need what);
  void on_readable();
  void linger();
  void on_linger_over();
  void on_trusted();
  void on_handshake_limit();
  void on_unauthenticated_limit();

  // On the Asio thread: reading.
  void enter();
  void read_lines();
  void pass_on();
  void drain();
  void on_end();
  void on_shut();
  void break_off(line_breach breach);

  waits waits_;
  const int descriptor_;
  const connection_id id_;
  connection_peer peer_;
  const tcp_lines_options& options_;
  tcp_connection_owner& owner_;
  line_intake intake_;
  bool announced_ = false;
  bool peer_ended_ = false;
  std::size_t written_before_ = 0; ///< when the deadline was set

  guarded_stream stream_;
  tls_entry entry_;
};

} // namespace lockstep
