// SPDX-License-Identifier: BSD-3-Clause

#include "actors/link/tls_scribe.hpp"

#include "actors/link/basp_guard.hpp"
#include "actors/wire/caf_compat.hpp"
#include "actors/wire/message_source.hpp"
#include "platform/network/address.hpp"

#include <caf/io/all.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/network/stream.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <span>
#include <utility>

namespace lockstep {

namespace {

namespace net = caf::io::network;
using steady_clock = std::chrono::steady_clock;

/// Bytes that the kernel may hold unsent. What waits longer waits here, so that a small message
/// does not stand behind megabytes that nobody can overtake.
constexpr int unsent_bytes_max = 128 << 10;

/// What is still to be sent when a link is closed in order is given this long to be acknowledged.
constexpr unsigned drain_ms_max = 5'000;

template <class T>
void set_tcp_option(int socket, int option, T value) {
  // Where the kernel or a test's socket knows no such option, the link works without.
  (void)::setsockopt(socket, IPPROTO_TCP, option, &value, sizeof value);
}

std::uint16_t port_of(const std::string& text) {
  const auto parsed = parse_address(text);
  return parsed ? parsed->port : std::uint16_t{0};
}

/// How CAF's stream moves bytes.
class tls_policy {
public:
  tls_policy(std::unique_ptr<tls_session> session, std::shared_ptr<link_switch> off)
      : session_(std::move(session)), off_(std::move(off)) {
    session_->disown_descriptor(); // CAF's event handler closes it, after this object has ended
  }
  ~tls_policy() {
    off_->forget();
    session_->say_goodbye();
  }
  tls_policy(const tls_policy&) = delete;
  tls_policy& operator=(const tls_policy&) = delete;

  net::rw_state read_some(std::size_t& result, net::native_socket, void* to, std::size_t size) {
    const auto [how, bytes] = session_->read({static_cast<std::byte*>(to), size});
    result = bytes;
    received_ += bytes;
    switch (how) {
    case tls_session::outcome::done:
      return net::rw_state::success;
    case tls_session::outcome::wants_read:
    case tls_session::outcome::wants_write: // of a key update; tried again with the next read
      return net::rw_state::want_read;
    default:
      return net::rw_state::failure;
    }
  }

  net::rw_state write_some(std::size_t& result, net::native_socket, const void* from,
                           std::size_t size) {
    result = 0;
    if (size == 0)
      return net::rw_state::indeterminate;
    const auto [how, bytes] = session_->write({static_cast<const std::byte*>(from), size});
    result = bytes;
    switch (how) {
    case tls_session::outcome::done:
    case tls_session::outcome::wants_write: // CAF goes on polling for it
      return net::rw_state::success;
    case tls_session::outcome::wants_read:
      return net::rw_state::want_read;
    default:
      return net::rw_state::failure;
    }
  }

  /// What OpenSSL has decrypted wakes no epoll. If it is less than CAF waits for, the rest still
  /// has to arrive, and wakes it.
  bool must_read_more(net::native_socket, std::size_t threshold) {
    return session_->pending() > 0 && session_->pending() >= threshold;
  }

  /// Bytes received so far.
  [[nodiscard]] std::uint64_t received() const { return received_; }

private:
  std::unique_ptr<tls_session> session_;
  std::shared_ptr<link_switch> off_;
  std::uint64_t received_ = 0;
};

class tls_scribe;

class tls_stream : public net::stream {
public:
  tls_stream(net::default_multiplexer& multiplexer, tls_scribe& owner,
             std::unique_ptr<tls_session> session, std::shared_ptr<link_switch> off)
      : net::stream(multiplexer, session->descriptor()), owner_(owner),
        policy_(std::move(session), std::move(off)) {}

  void handle_event(net::operation operation) override;

private:
  tls_scribe& owner_;
  tls_policy policy_;
};

class tls_scribe : public caf::io::scribe {
public:
  tls_scribe(net::default_multiplexer& multiplexer, tls_link link, std::shared_ptr<link_switch> off)
      : scribe(net::conn_hdl_from_socket(link.session->descriptor())), name_(std::move(link.name)),
        port_(port_of(link.address)), on_end_(std::move(link.on_end)),
        guard_(link.message_bytes_max),
        silence_limit_(caf::get_or(multiplexer.system().config(),
                                   "caf.middleman.connection-timeout",
                                   caf::timespan{std::chrono::seconds{10}})),
        stream_(multiplexer, *this, std::move(link.session), std::move(off)) {
    set_tcp_option(stream_.fd(), TCP_NODELAY, 1);
    set_tcp_option(stream_.fd(), TCP_NOTSENT_LOWAT, unsent_bytes_max);
  }

  ~tls_scribe() override {
    if (on_end_)
      on_end_(why_);
  }

  void configure_read(caf::io::receive_policy::config config) override {
    stream_.configure_read(config);
    if (launched_)
      return;
    launched_ = true;
    // From here on a silent peer is found out. CAF itself begins with the first message, and on the
    // side that connects it would count from the clock's beginning.
    broker().set_context(hdl());
    stream_.start(this);
  }

  bool consume(caf_compat::execution_context* context, const void* data,
               std::size_t size) override {
    if (detached())
      return false;
    if (!guard_.admits(data, size))
      return end(context, "it sent what no member sends");
    const message_source source{message_source::machine::another};
    const bool goes_on = scribe::consume(context, data, size);
    // Nothing of the memory was opened: the message came with a lost payload.
    return source.named_memory() ? end(context, "it named memory of this machine") : goes_on;
  }

  /// CAF counts whole messages only, so a large one on a slow line would look like silence.
  void note_life() {
    last_life_ = steady_clock::now();
    if (detached())
      return;
    auto& known = broker().ctx;
    if (const auto found = known.find(hdl()); found != known.end())
      found->second.last_seen = broker().clock().now();
  }

  void graceful_shutdown() override {
    // A peer that has been silent for too long will not take the rest either.
    if (steady_clock::now() - last_life_ >= silence_limit_)
      ::shutdown(stream_.fd(), SHUT_RDWR);
    else
      set_tcp_option(stream_.fd(), TCP_USER_TIMEOUT, drain_ms_max);
    stream_.graceful_shutdown();
    detach(&stream_.backend(), false);
  }

  void ack_writes(bool enable) override { stream_.ack_writes(enable); }
  caf::byte_buffer& wr_buf() override { return stream_.wr_buf(); }
  caf::byte_buffer& rd_buf() override { return stream_.rd_buf(); }
  void flush() override { stream_.flush(this); }
  std::string addr() const override { return name_; }
  std::uint16_t port() const override { return port_; }
  void add_to_loop() override { stream_.activate(this); }
  void remove_from_loop() override { stream_.passivate(); }

private:
  bool end(caf_compat::execution_context* context, const char* why) {
    why_ = why;
    io_failure(context, net::operation::read);
    return false;
  }

  /// Links are made for this broker only (spawn_manager).
  caf::io::basp_broker& broker() { return static_cast<caf::io::basp_broker&>(*parent()); }

  std::string name_;
  std::uint16_t port_;
  std::function<void(const std::string&)> on_end_;
  std::string why_;
  basp_guard guard_;
  caf::timespan silence_limit_;
  steady_clock::time_point last_life_ = steady_clock::now();
  bool launched_ = false;
  tls_stream stream_;
};

void tls_stream::handle_event(net::operation operation) {
  const auto before = policy_.received();
  handle_event_impl(operation, policy_);
  // The owner lives: CAF lets go of it only after all events of this round.
  if (policy_.received() != before)
    owner_.note_life();
}

} // namespace

caf::io::scribe_ptr make_tls_scribe(net::default_multiplexer& multiplexer, tls_link link,
                                    std::shared_ptr<link_switch> off) {
  return caf::make_counted<tls_scribe>(multiplexer, std::move(link), std::move(off));
}

} // namespace lockstep
