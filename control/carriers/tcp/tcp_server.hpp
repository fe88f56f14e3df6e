// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/carriers/listen_socket.hpp"
#include "control/carriers/tcp/tcp_connection.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <array>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

namespace lockstep {

/// What is behind tcp_lines: the thread, the listening socket and the connections.
class tcp_server final : public tcp_connection_owner {
public:
  tcp_server(tcp_lines_options options, line_handler& handler);
  ~tcp_server() override;
  tcp_server(const tcp_server&) = delete;
  tcp_server& operator=(const tcp_server&) = delete;

  // Any thread.
  address listening() const { return listening_.where; }
  std::shared_ptr<tcp_connection> find(connection_id id) const;
  void renew(std::shared_ptr<const tls_context> tls);
  void stop();

private:
  using executor = tcp_connection::executor;
  using acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, executor>;
  using timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

  // On the Asio thread.
  void on_opened(const tcp_connection& connection) override;
  void on_trusted(const tcp_connection& connection) override;
  void on_line(connection_id connection, std::string text) override;
  void on_ended(connection_id connection) override;
  void on_refused(const tcp_connection& connection, const std::string& why) override;
  void on_gone(const tcp_connection& connection) override;
  std::span<char> read_buffer() override { return buffer_; }
  void await_connections();
  void await_descriptors();
  void accept_some();
  void welcome(int descriptor);
  std::shared_ptr<tcp_connection> add(int descriptor, connection_peer peer);
  void refuse(int descriptor, connection_peer peer);
  void make_room_for_unauthenticated();
  void begin_stop();
  std::vector<std::shared_ptr<tcp_connection>> all() const;

  const tcp_lines_options options_;
  line_handler& handler_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<executor> work_{io_.get_executor()};
  const listen_socket listening_;
  acceptor acceptor_{io_};
  timer pause_{io_.get_executor()};
  timer stop_deadline_{io_.get_executor()};
  std::array<char, 65'536> buffer_{};
  std::uint64_t last_id_ = 0;
  std::shared_ptr<const tls_context> tls_;
  std::set<connection_id>
      welcomed_; ///< those that count; the others are being told that it is full
  std::set<connection_id> unauthenticated_; ///< of these the ones not trusted yet, the oldest first
  bool stopping_ = false;

  mutable std::mutex mutex_; ///< of connections_, which only the Asio thread changes
  std::unordered_map<connection_id, std::shared_ptr<tcp_connection>> connections_;

  std::mutex join_;
  std::thread thread_;
};

} // namespace lockstep
