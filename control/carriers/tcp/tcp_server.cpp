// SPDX-License-Identifier: BSD-3-Clause

#include "control/carriers/tcp/tcp_server.hpp"

#include "control/carriers/lingering_close.hpp"
#include "control/carriers/peer_user.hpp"

#include "platform/network/socket_address.hpp"

#include <boost/asio/post.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace lockstep {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Accepted in one go; then it is the turn of those that are connected.
constexpr int accepts_per_turn = 64;

/// When the process has no descriptor left.
constexpr std::chrono::milliseconds accept_pause{100};

void set_option(int socket, int level, int name) {
  const int on = 1;
  ::setsockopt(socket, level, name, &on, sizeof on);
}

connection_peer peer_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getpeername(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return {to_string(to_address(reinterpret_cast<const sockaddr&>(storage))), user_of_peer(socket)};
}

} // namespace

tcp_server::tcp_server(tcp_lines_options options, line_handler& handler)
    : options_(std::move(options)), handler_(handler),
      listening_(listen_on(options_.listen, options_.tls ? reach::anywhere : reach::loopback)),
      tls_(options_.tls) {
  acceptor_.assign(listening_.ipv6 ? tcp::v6() : tcp::v4(), listening_.descriptor);
  await_connections();
  thread_ = std::thread([this] {
    ::pthread_setname_np(::pthread_self(), "tcp lines");
    io_.run();
  });
}

tcp_server::~tcp_server() {
  stop();
}

std::shared_ptr<tcp_connection> tcp_server::find(connection_id id) const {
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second;
}

void tcp_server::renew(std::shared_ptr<const tls_context> tls) {
  boost::asio::post(io_, [this, tls = std::move(tls)] { tls_ = tls; });
}

void tcp_server::on_opened(const tcp_connection& connection) {
  handler_.opened(connection.id(), connection.peer());
}

void tcp_server::on_trusted(const tcp_connection& connection) {
  unauthenticated_.erase(connection.id());
}

void tcp_server::on_line(connection_id connection, std::string text) {
  handler_.line(connection, std::move(text));
}

void tcp_server::on_ended(connection_id connection) {
  handler_.ended(connection);
}

void tcp_server::on_refused(const tcp_connection& connection, const std::string& why) {
  handler_.refused(connection.peer(), why);
}

void tcp_server::on_gone(const tcp_connection& connection) {
  const auto id = connection.id();
  {
    const std::lock_guard lock(mutex_);
    connections_.erase(id);
  }
  welcomed_.erase(id);
  unauthenticated_.erase(id);
  if (connection.is_announced())
    handler_.closed(id);
  if (stopping_ && connections_.empty())
    stop_deadline_.cancel();
}

void tcp_server::await_connections() {
  acceptor_.async_wait(acceptor::wait_read, [this](error_code error) {
    if (!error && !stopping_)
      accept_some();
  });
}

void tcp_server::await_descriptors() {
  pause_.expires_after(accept_pause);
  pause_.async_wait([this](error_code error) {
    if (!error && !stopping_)
      accept_some();
  });
}

void tcp_server::accept_some() {
  for (int turn = 0; turn < accepts_per_turn && !stopping_; ++turn) {
    const int descriptor =
        ::accept4(listening_.descriptor, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor >= 0)
      welcome(descriptor);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return await_descriptors();
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      break;
  }
  await_connections();
}

void tcp_server::welcome(int descriptor) {
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY);
  set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE);
  auto peer = peer_of(descriptor);
  if (welcomed_.size() >= options_.connections)
    return refuse(descriptor, std::move(peer));
  make_room_for_unauthenticated();
  const auto connection = add(descriptor, std::move(peer));
  welcomed_.insert(connection->id());
  unauthenticated_.insert(connection->id());
  connection->start();
}

std::shared_ptr<tcp_connection> tcp_server::add(int descriptor, connection_peer peer) {
  tcp_connection::socket socket(io_, listening_.ipv6 ? tcp::v6() : tcp::v4(), descriptor);
  const connection_id id{++last_id_};
  auto connection = std::make_shared<tcp_connection>(std::move(socket), id, std::move(peer), tls_,
                                                     options_, *this);
  const std::lock_guard lock(mutex_);
  connections_.emplace(id, connection);
  return connection;
}

/// Says why, to some, and where TLS does not stand between.
void tcp_server::refuse(int descriptor, connection_peer peer) {
  handler_.refused(peer,
                   "there were " + std::to_string(options_.connections) + " connections already");
  if (tls_ || connections_.size() - welcomed_.size() >= options_.refused_at_once)
    ::close(descriptor);
  else
    add(descriptor, std::move(peer))
        ->refuse(lingering_close::too_many_connections(options_.connections));
}

/// Silent ones must not keep others out: the oldest gives way. Who has a token shows it long before
/// so many others have come.
void tcp_server::make_room_for_unauthenticated() {
  if (unauthenticated_.size() < options_.unauthenticated)
    return;
  if (const auto oldest = find(*unauthenticated_.begin()))
    oldest->give_up("there were " + std::to_string(options_.unauthenticated) +
                    " younger connections without a token");
}

void tcp_server::stop() {
  boost::asio::post(io_, [this] { begin_stop(); });
  if (io_.get_executor().running_in_this_thread())
    return;
  const std::lock_guard lock(join_);
  if (thread_.joinable())
    thread_.join();
}

void tcp_server::begin_stop() {
  if (std::exchange(stopping_, true))
    return;
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  work_.reset();
  for (const auto& connection : all())
    connection->close();
  if (connections_.empty())
    return;
  stop_deadline_.expires_after(options_.linger);
  stop_deadline_.async_wait([this](error_code error) {
    if (!error)
      for (const auto& connection : all())
        connection->abort();
  });
}

std::vector<std::shared_ptr<tcp_connection>> tcp_server::all() const {
  std::vector<std::shared_ptr<tcp_connection>> list;
  for (const auto& [id, connection] : connections_)
    list.push_back(connection);
  return list;
}

} // namespace lockstep
