// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/byte_stream.hpp"
#include "control/carriers/carrier.hpp"
#include "control/carriers/line_splitter.hpp"
#include "control/carriers/tcp_lines_options.hpp"
#include "control/carriers/write_queue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace lockstep {

class tcp_connection;
class tls_stream;

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

/// One TCP connection of tcp_lines.
///
///   open ──close(), a broken limit──► flushing ──all is out──► shut ──unread bytes drained──► gone
///     └────────────── an error, or a peer that takes nothing for `linger` ─────────────────────┘
///
/// While it is open, it reads in stages:
///
///   first byte ──first byte is TLS──► handshake ──done──► lines
///       └── plain bytes: one line that says so, flushing       (without TLS: lines at once)
///
/// send() writes to the socket on the caller's thread, so that an answer does not wait for the Asio
/// thread to wake up; only what the socket does not take is left to the Asio thread. The mutex
/// guards the write queue, the state, the stream and the life of the descriptor; everything else
/// belongs to the Asio thread, and only that closes the descriptor.
class tcp_connection : public std::enable_shared_from_this<tcp_connection> {
public:
  using executor = boost::asio::io_context::executor_type;
  using socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;

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
  enum class state : unsigned char { open, flushing, shut, gone };
  enum class stage : unsigned char { first_byte, handshake, lines };
  using timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

  // Any thread, with the mutex held.
  void flush();
  void begin_closing();
  void shut();

  // On the Asio thread: waiting.
  void await_readable();
  void await_writable();
  void await_error();
  void await_deadline();
  void await_trust(std::chrono::milliseconds limit);
  void on_readable();
  void on_writable();
  void on_deadline();
  void on_trusted();
  void on_unauthenticated_limit();

  // On the Asio thread: reading.
  void choose_protocol();
  void go_on_with_handshake();
  void open();
  void read_lines();
  void drain();
  void on_end();
  void look_after_peer() const;
  void on_shut();
  void take(std::string_view bytes);
  void take_line(std::string line);
  void on_overflow();
  void refuse_unauthenticated(shared_line last, const std::string& why);
  void finish_with(shared_line last);
  state current();

  void post(void (tcp_connection::*member)());

  socket socket_;
  timer deadline_;
  const int descriptor_;
  const connection_id id_;
  connection_peer peer_;
  const tcp_lines_options& options_;
  tcp_connection_owner& owner_;
  std::shared_ptr<const tls_context> tls_;
  stage stage_ = stage::lines;
  bool announced_ = false;
  bool trusted_ = false;
  line_splitter splitter_;
  bool first_bytes_ = true;
  bool first_line_ = true;
  bool peer_ended_ = false;
  bool read_when_writable_ = false; ///< TLS wants to write before it can read on
  std::size_t written_before_ = 0;  ///< when the deadline was set

  std::mutex mutex_;
  state state_ = state::open;
  std::unique_ptr<byte_stream> stream_;
  tls_stream* handshaking_ = nullptr; ///< stream_ during a handshake
  write_queue write_queue_;
  bool blocked_ = false;             ///< the Asio thread waits until the socket takes more
  bool write_when_readable_ = false; ///< TLS wants to read before it can write on
};

} // namespace lockstep
