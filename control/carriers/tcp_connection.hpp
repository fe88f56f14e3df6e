#pragma once

#include "control/carriers/carrier.hpp"
#include "control/carriers/line_splitter.hpp"
#include "control/carriers/outbox.hpp"
#include "control/carriers/tcp_lines.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

namespace lockstep {

class tcp_connection;

/// What a connection needs of the server that it belongs to. Called on the Asio thread.
class tcp_connection_owner {
public:
  virtual ~tcp_connection_owner() = default;
  virtual void on_line(connection_id connection, std::string text) = 0;
  virtual void on_ended(connection_id connection) = 0;
  virtual void on_gone(tcp_connection& connection) = 0;
  /// Read into by one connection at a time, so that an idle one needs no buffer.
  virtual std::span<char> read_buffer() = 0;
};

/// One TCP connection of tcp_lines.
///
///   open ──close(), a broken limit──► flushing ──all is out──► shut ──unread bytes drained──► gone
///     └────────────── an error, or a peer that takes nothing for `linger` ─────────────────────┘
///
/// send() writes to the socket on the caller's thread, so that an answer does not wait for the Asio
/// thread to wake up; only what the socket does not take is left to the Asio thread. The mutex
/// guards the outbox, the state and the life of the descriptor; everything else belongs to the
/// Asio thread, and only that closes the descriptor.
class tcp_connection : public std::enable_shared_from_this<tcp_connection> {
public:
  using executor = boost::asio::io_context::executor_type;
  using socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;

  /// `announced`: whether the handler knows of it; a refused connection it never hears of.
  tcp_connection(socket peer, connection_id id, bool announced, const tcp_lines_options& options,
                 tcp_connection_owner& owner);

  connection_id id() const noexcept { return id_; }
  bool announced() const noexcept { return announced_; }

  /// Begins to read. On the Asio thread.
  void start();

  /// Any thread.
  void send(shared_line line);
  void close();

  /// Sends a last line and closes. Any thread.
  void finish_with(shared_line last);

  /// Ends it at once. On the Asio thread.
  void abort();

private:
  enum class state { open, flushing, shut, gone };
  using timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

  // Any thread, with the mutex held.
  void flush();
  void begin_closing();
  void shut();

  // On the Asio thread.
  void await_readable();
  void await_writable();
  void await_error();
  void await_deadline();
  void on_readable();
  void on_writable();
  void on_deadline();
  void on_end();
  void on_shut();
  void take(std::string_view bytes);
  void take_line(std::string line);
  state current();

  template <class Member>
  void post(Member member);

  socket socket_;
  timer deadline_;
  const int descriptor_;
  const connection_id id_;
  const bool announced_;
  const tcp_lines_options& options_;
  tcp_connection_owner& owner_;
  line_splitter splitter_;
  bool first_line_ = true;
  bool peer_ended_ = false;
  std::size_t written_before_ = 0; ///< when the deadline was set

  std::mutex mutex_;
  state state_ = state::open;
  outbox outbox_;
  bool blocked_ = false; ///< the Asio thread waits until the socket takes more
};

} // namespace lockstep
